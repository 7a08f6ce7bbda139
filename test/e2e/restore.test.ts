import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { pressStop, pressSubmit, screenShows, startDrill, verdictTexts } from './drill.ts';
import { servedPage } from './served-page.ts';
import { expectAtTheirSecond, openDebrief, type TypedLine, typeTimed } from './timed.ts';

const served = servedPage({ width: 1440, height: 900 });

/** The manifest is opened in vim, the path changed as a person would, and the file written. */
async function editInVim(page: Page): Promise<TypedLine> {
  const opened = await typeTimed(page, 'vim stopped/etcd.yaml', /"stopped\/etcd\.yaml" \d+L/);
  await page.keyboard.type(':%s#path: /var/lib/etcd$#path: /var/lib/etcd-from-backup#');
  await page.keyboard.press('Enter');
  await screenShows(page, /path: \/var\/lib\/etcd-from-backup/);
  await page.keyboard.type('ZZ');
  await screenShows(page, /root@[^\n]*# *$/);
  return opened;
}

test('a learner restores etcd by typing in the browser, vim included, and finds every command in the debrief', async () => {
  const { server, page } = served();
  const session = await startDrill(page, server.url, 'restore-lost-namespace');
  const manifest = '/etc/kubernetes/manifests/etcd.yaml';
  const typed = [
    await typeTimed(page, 'kubectl get ns; echo seen=$?', /seen=0/),
    await typeTimed(page, 'ssh cp1', /student@cp1:/),
    await typeTimed(page, 'sudo -i', /root@cp1:/),
    await typeTimed(page, 'etcdutl snapshot status /opt/backup/before.db -w table; echo whole=$?', /whole=0/),
    await typeTimed(
      page,
      `peer=$(sed -n 's/.*--initial-advertise-peer-urls=//p' ${manifest}); echo peer=$peer`,
      /peer=https:/,
    ),
    await typeTimed(
      page,
      'etcdutl snapshot restore /opt/backup/before.db --data-dir /var/lib/etcd-from-backup --name cp1 --initial-cluster cp1=$peer --initial-advertise-peer-urls $peer; echo restored=$?',
      /restored=0/,
    ),
    await typeTimed(page, 'mkdir stopped; mv /etc/kubernetes/manifests/*.yaml stopped/; ls stopped | wc -l', /^4$/m),
    await typeTimed(
      page,
      `until [ -z "$(crictl ps -q --name '^(etcd|kube-.*(server|manager|scheduler))$')" ]; do sleep 1; done; echo stopped=$?`,
      /stopped=0/,
    ),
    await editInVim(page),
    await typeTimed(page, 'mv stopped/*.yaml /etc/kubernetes/manifests/; echo moved=$?', /moved=0/),
    await typeTimed(page, 'exit', /student@cp1:[^\n]*\$ *$/),
    await typeTimed(page, 'exit', /student@student:[^\n]*\$ *$/),
    await typeTimed(page, 'until kubectl get --raw=/readyz 2>/dev/null; do sleep 1; done; echo', /^ok$/m),
    await typeTimed(page, 'kubectl -n shop rollout status deployment/web --timeout=180s', /successfully rolled out/),
  ];
  await pressSubmit(page);
  for (const text of await verdictTexts(page)) expect(text).toMatch(/^\w+\s+passed/i);
  const { debrief } = await openDebrief(page);
  await expectAtTheirSecond(page, debrief.startedAt, typed);
  expect(new Set(debrief.commands.map(({ machine }) => machine))).toEqual(new Set(['student', 'cp1']));
  await page.goto(new URL(`/#/drill/${session}`, server.url).href);
  await page.getByTestId('verdict').waitFor();
  await pressStop(page);
});
