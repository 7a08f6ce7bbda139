import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExamPage } from '../../engine/domain/exam.ts';
import { systemExec } from '../../engine/system/exec.ts';
import { type CommandLine, checkout, createCommandLine } from '../real/command-line.ts';
import { expectAccessible } from './access.ts';
import { completeDrain } from './blocked-drain.ts';
import { openBrowser } from './browser.ts';
import { screenShows, type } from './drill.ts';
import { type ServeProcess, startServe } from './server.ts';

const first = 'pdb-blocked-drain';
const readyWithinMs = 600_000;

let kubewright: CommandLine;
let scenarios: string;
let server: ServeProcess;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  kubewright = await createCommandLine();
  // Two questions to draw from, of which the seed below draws this one first.
  scenarios = await mkdtemp(join(tmpdir(), 'kubewright-exam-'));
  for (const id of [first, 'drain-for-maintenance']) {
    await mkdir(join(scenarios, id));
    await cp(join(checkout, 'scenarios', id), join(scenarios, id), { recursive: true });
  }
  server = await startServe(kubewright.home, '--scenarios', scenarios);
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await kubewright.end();
  await rm(scenarios, { recursive: true, force: true });
});

const examOf = async (id: string) =>
  (await page.evaluate(
    async (address) => (await fetch(address)).json() as Promise<unknown>,
    `/api/exams/${id}`,
  )) as ExamPage;

test('an exam survives kill -9 of the server: same questions, clock, flags and shells; then it is judged', async () => {
  await page.goto(server.url);
  await page.goto(new URL('/#/exam', server.url).href);
  await page.getByTestId('exam-questions').fill('2');
  await expectAccessible(page, 'the start of an exam');
  await page.getByTestId('exam-seed').fill(await seedFor(first));
  await page.getByTestId('exam-begin').click();
  await page.getByTestId('confirm').click();
  await page.getByTestId('exam-clock').waitFor();
  const id = /#\/exam\/([a-z0-9]+)/.exec(page.url())?.[1] ?? '';
  await page.getByTestId('terminal').waitFor({ timeout: readyWithinMs });
  await screenShows(page, /student@student:~\$/);
  await type(page, 'MARK=kept-$((40+2)); echo $MARK');
  await screenShows(page, /kept-42/);
  await page.getByTestId('exam-flag').click();
  await page.locator('[data-testid="exam-question-1"][data-flagged="true"]').waitFor();
  await expectAccessible(page, 'an exam');
  const told = await examOf(id);
  const session = told.questions[0]?.session ?? '';
  expect(told.questions.map(({ state }) => state)).toEqual(['open', 'unopened']);

  // Nothing is checked, helped with, or ended before the whole exam is.
  const refused = await kubewright.run(['check', session]);
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringMatching(/question of exam/)]);
  expect((await kubewright.run(['solve', session])).exitCode).toBe(2);
  expect((await kubewright.run(['stop', session])).exitCode).toBe(2);

  await server.kill();
  server = await startServe(kubewright.home, '--scenarios', scenarios);
  await page.goto(server.url);
  await page.goto(new URL(`/#/exam/${id}`, server.url).href);
  await page.getByTestId('terminal').waitFor();
  await screenShows(page, /kept-42/);
  await type(page, 'echo again-$MARK');
  await screenShows(page, /again-kept-42/);
  const after = await examOf(id);
  expect({ ...after, now: 0 }).toEqual({ ...told, now: 0 });

  await completeDrain(page);
  await page.getByTestId('exam-submit').click();
  await page.getByTestId('confirm').click();
  await page.getByTestId('exam-result').waitFor({ timeout: readyWithinMs });
  await expectAccessible(page, 'the result of an exam');
  const finished = await examOf(id);
  expect(finished.questions).toMatchObject([{ result: { exam: 'passed', operations: 'passed' } }, { state: 'judged' }]);
  expect(await page.getByTestId('exam-percent').innerText()).toBe(`${finished.outcome?.percent} %`);
  expect(finished.outcome?.earned).toBe(finished.questions[0]?.points);

  await page.getByTestId('review-1').getByText('Debrief').click();
  await page.getByTestId('timeline').waitFor({ timeout: 120_000 });
  // Of this session: other work may go on at the same engine.
  const { stdout } = await systemExec.run([
    'docker',
    'ps',
    '--all',
    '--quiet',
    '--filter',
    `label=kubewright.session=${session}`,
  ]);
  expect(stdout).toBe('');
});

/** A seed that draws this drill first from the two. */
async function seedFor(drill: string): Promise<string> {
  const { drawQuestions } = await import('../../engine/exam/draw.ts');
  const drills = await kubewright.json<{ id: string; domain: string }[]>(['list', '--scenarios', scenarios, '--json']);
  for (let number = 1; ; number += 1) {
    if (drawQuestions(drills, { count: 2, seed: `seed-${number}` })[0]?.id === drill) return `seed-${number}`;
  }
}
