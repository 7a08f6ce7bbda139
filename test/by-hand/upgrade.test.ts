import { expect, test } from 'vitest';
import { pressStop, pressSubmit, startDrill, verdictTexts } from '../e2e/drill.ts';
import { servedPage } from '../e2e/served-page.ts';
import { type Hand, handOn } from './hand.ts';

const served = servedPage({ width: 1440, height: 900 });
const onStudent = /student@student:[^\n]*\$\s*$/;

/** As in the course: log in, become root, work, and come back. */
async function asRoot(hand: Hand, node: string, commands: readonly string[]): Promise<void> {
  await hand.enter(`ssh ${node}`, new RegExp(`student@${node}:[^\\n]*\\$\\s*$`));
  await hand.enter('sudo -i', new RegExp(`root@${node}:[^\\n]*#\\s*$`));
  for (const command of commands) await hand.run(command);
  await hand.enter('exit', new RegExp(`student@${node}:[^\\n]*\\$\\s*$`));
  await hand.enter('exit', onStudent);
}

test('a learner upgrades control plane and workers with apt while the shop is open', async () => {
  const { server, page } = served();
  await startDrill(page, server.url, 'upgrade-live-cluster');
  const task = await page.getByTestId('task').innerText();
  const flags = /--ignore-preflight-errors=\S+/.exec(task)?.[0] ?? '';
  const version = /Upgrade all of it to (\d+\.\d+\.\d+)/.exec(task)?.[1] ?? 'not in the task';
  const hand = handOn(page);
  const install = (...packages: readonly string[]) => [
    `apt-mark unhold ${packages.join(' ')} && apt-get update && apt-get install -y ${packages.map((name) => `${name}=${version}-1.1`).join(' ')} && apt-mark hold ${packages.join(' ')}`,
  ];
  const replaceKubelet = async (node: string) => {
    await hand.run(`kubectl drain ${node} --ignore-daemonsets --delete-emptydir-data`);
    await asRoot(hand, node, [
      ...install('kubelet', 'kubectl'),
      'systemctl daemon-reload && systemctl restart kubelet',
    ]);
    // The new kubelet may have the API server started anew.
    await hand.run(`until kubectl get nodes | grep -E "^${node} +Ready.*v${version}"; do sleep 2; done`);
    await hand.run(`until kubectl uncordon ${node}; do sleep 2; done`);
    await hand.run('kubectl get nodes');
  };

  await hand.run('kubectl get nodes -o wide; kubectl get pdb -A');
  await asRoot(hand, 'cp1', [
    'mkdir -p /opt/backup; cd /etc/kubernetes/pki/etcd',
    'etcdctl --endpoints=https://127.0.0.1:2379 --cacert=ca.crt --cert=server.crt --key=server.key snapshot save /opt/backup/pre-upgrade.db',
    'etcdutl snapshot status /opt/backup/pre-upgrade.db -w table',
    'apt-cache madison kubeadm',
    ...install('kubeadm'),
    `kubeadm upgrade plan v${version} ${flags}`,
    `kubeadm upgrade apply v${version} --yes ${flags}`,
  ]);
  await replaceKubelet('cp1');
  await hand.run('until kubectl -n shop scale deployment api --replicas=3; do sleep 2; done');
  await hand.run('kubectl -n shop rollout status deployment/api');
  for (const worker of ['w1', 'w2']) {
    await asRoot(hand, worker, [...install('kubeadm'), `kubeadm upgrade node ${flags}`]);
    await replaceKubelet(worker);
  }
  await pressSubmit(page);
  process.stdout.write(`${hand.log.join('\n')}\n`);
  for (const text of await verdictTexts(page)) expect(text).toMatch(/^\w+\s+passed/i);
  await pressStop(page);
});
