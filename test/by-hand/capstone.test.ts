import { expect, test } from 'vitest';
import { pressStop, pressSubmit, startDrill, verdictTexts } from '../e2e/drill.ts';
import { servedPage } from '../e2e/served-page.ts';
import { handOn } from './hand.ts';

const served = servedPage({ width: 1440, height: 900 });

test('a learner rebuilds the lost control plane from its backup', async () => {
  const { server, page } = served();
  await startDrill(page, server.url, 'rebuild-control-plane');
  const flags = /--ignore-preflight-errors=\S+/.exec(await page.getByTestId('task').innerText())?.[0] ?? '';
  const ignored = `--ignore-preflight-errors=DirAvailable--var-lib-etcd${flags === '' ? '' : `,${flags.split('=')[1]}`}`;
  const hand = handOn(page);
  await hand.run('ls -l /opt/dr');
  await hand.run('cat /opt/dr/kubeadm-config.yaml');
  await hand.run('scp /opt/dr/* cp1:');
  await hand.enter('ssh cp1', /student@cp1:[^\n]*\$\s*$/);
  await hand.enter('sudo -i', /root@cp1:[^\n]*#\s*$/);
  await hand.run('cd /home/student && ls');
  await hand.run('tar -xzvf pki.tgz -C /etc/kubernetes');
  await hand.run('etcdutl snapshot status etcd-snapshot.db -w table');
  await hand.run("ip -4 -o address show dev eth0; ip=$(hostname -I | awk '{print $1}')");
  await hand.run(
    'etcdutl snapshot restore etcd-snapshot.db --data-dir /var/lib/etcd --name cp1 --initial-cluster cp1=https://$ip:2380 --initial-advertise-peer-urls https://$ip:2380 --bump-revision 1000000000 --mark-compacted',
  );
  await hand.run(`kubeadm init --config kubeadm-config.yaml ${ignored}`);
  await hand.enter('exit', /student@cp1:[^\n]*\$\s*$/);
  await hand.enter('exit', /student@student:[^\n]*\$\s*$/);
  await hand.run('kubectl get nodes');
  await hand.run('kubectl wait node --all --for=condition=Ready --timeout=180s');
  await hand.run('kubectl get pods -A -o wide');
  await pressSubmit(page);
  process.stdout.write(`${hand.log.join('\n')}\n`);
  for (const text of await verdictTexts(page)) expect(text).toMatch(/^\w+\s+passed/i);
  await pressStop(page);
});
