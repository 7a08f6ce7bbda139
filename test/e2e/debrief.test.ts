import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { expectAccessible } from './access.ts';
import { pressStop, pressSubmit, startDrill, until } from './drill.ts';
import { servedPage } from './served-page.ts';
import { expectAtTheirSecond, openDebrief, typeTimed } from './timed.ts';

const served = servedPage({ width: 1440, height: 900 });

test('the debrief shows each command at its second and where the ways parted, and stays when the drill is gone', async () => {
  const { server, page } = served();
  const session = await startDrill(page, server.url, 'pdb-blocked-drain');
  const typed = [
    await typeTimed(page, 'kubectl get pdb -n shop', /api-pdb\s+2\s+N\/A\s+0/),
    await typeTimed(
      page,
      'vim -u NONE -c "normal ihello from vim" -c wq /tmp/note; cat /tmp/note; echo written=$?',
      /hello from vim\s+written=0/,
    ),
    await typeTimed(page, 'ssh w2 hostname; echo there=$?', /there=0/),
    // What the reference never does: the budget goes, and with it the promise to the service.
    await typeTimed(page, 'kubectl -n shop delete pdb api-pdb', /"api-pdb" deleted/),
    await typeTimed(
      page,
      'kubectl wait -n shop --for=delete pod -l app=api --field-selector spec.nodeName=w2 --timeout=120s; echo gone=$?',
      /gone=0/,
    ),
  ];
  await pressSubmit(page);
  const { number, debrief, parting, recordings } = await openDebrief(page);
  await expectAtTheirSecond(page, debrief.startedAt, typed);
  // One bar each in the picture, in the lane of the student host.
  expect(await page.locator('.lane-you .bar-deed').count()).toBeGreaterThanOrEqual(typed.length);

  expect(parting).toMatchObject({ kind: 'other', deed: 'delete budget shop/api-pdb' });
  expect(parting?.instead?.text).toMatch(/scale deployment shop\/api/);
  expect(await page.getByTestId('parting').innerText()).toMatch(/delete budget shop\/api-pdb/);

  expect(recordings.map(({ terminal }) => terminal)).toContain('student-1');
  await page.getByTestId('command').nth(3).locator('button').click();
  await until('the recording shows that moment', async () =>
    /delete pdb api-pdb/.test(await page.getByTestId('player-screen').innerText()),
  );
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('download-cast').click()]);
  const cast = await readFile(await download.path(), 'utf8');
  expect(JSON.parse(cast.split('\n', 1)[0] ?? '')).toMatchObject({ version: 2 });
  expect(cast).toContain('hello from vim');
  await expectAccessible(page, 'the debrief with its recording');

  await page.goto(new URL(`/#/drill/${session}`, server.url).href);
  await page.getByTestId('verdict').waitFor();
  await pressStop(page);
  await page.goto(new URL(`/#/debrief/${number}`, server.url).href);
  await page.getByTestId('timeline').waitFor();
  expect(await page.getByTestId('command').count()).toBe(typed.length);

  await page.goto(new URL('/#/progress', server.url).href);
  await page.getByTestId('progress-table').waitFor();
  await expectAccessible(page, 'the progress');
  expect(await page.getByTestId('progress-pdb-blocked-drain').innerText()).toMatch(/passed with harm/);
  await page.getByTestId('delete-data').click();
  await page.getByTestId('confirm').click();
  await until('the progress is empty', async () =>
    /–\s+–/.test(await page.getByTestId('progress-pdb-blocked-drain').innerText()),
  );
});
