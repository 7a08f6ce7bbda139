import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ExamPage, type ExamQuestion, examRules } from '../../../engine/domain/exam.ts';
import { expectAccessible, focusedTestid, tabTo } from '../access.ts';
import { type FakeLab, startFakeLab } from './fake-lab.ts';
import { expectFits } from './widths.ts';

/** The pages of an exam with fake exams behind them: what is seen and pressed there, and the clock, which no cluster is needed for. */
let lab: FakeLab;
let now: () => number | Promise<number> = Date.now;
beforeAll(async () => {
  lab = await startFakeLab({ now: () => now() });
  const { desk } = lab.engine;
  const markdown = 'Bring `w1` back. `kubectl get nodes` then says that it is Ready.';
  lab.engine.desk = async (id) => ({ ...(await desk(id)), tasks: [{ id: 'restore', points: 8, markdown }] });
});
afterEach(async () => {
  now = Date.now;
  for (const { id, state } of await lab.exams.exams()) if (state !== 'finished') finish(id);
});
afterAll(async () => {
  await lab?.close();
});

/** The engine has judged it: the first question passed, the second one was broken on the way, the rest was never opened. */
function finish(id: string): ExamPage {
  const results: readonly Partial<ExamQuestion>[] = [
    { state: 'judged', result: { number: 1, earned: 8, exam: 'passed', operations: 'passed' } },
    { state: 'judged', result: { number: 2, earned: 8, exam: 'passed', operations: 'failed' } },
  ];
  for (const [index, result] of results.entries()) lab.changeQuestion(id, index + 1, result);
  const outcome = { verdict: 'passed', earned: 16, possible: 24, percent: 67 } as const;
  return lab.changeExam(id, { state: 'finished', outcome });
}

/** Begins an exam from its start page, as a learner does. */
async function begin(page: Page, questions: number): Promise<string> {
  await page.getByTestId('exam-questions').fill(String(questions));
  await page.getByTestId('exam-begin').click();
  await page.getByTestId('confirm').click();
  await page.getByTestId('exam-clock').waitFor();
  return /#\/exam\/([a-z0-9]+)/.exec(page.url())?.[1] ?? '';
}

async function openStart(options?: Parameters<FakeLab['open']>[1]): Promise<Page> {
  const page = await lab.open('#/exam', options);
  await page.getByTestId('exam-begin').waitFor();
  return page;
}

async function sessionOf(exam: string, question: number): Promise<string> {
  const { questions } = await lab.exams.exam(exam);
  return questions[question - 1]?.session ?? '';
}

const shellOf = async (exam: string, question: number) => lab.shellOf(await sessionOf(exam, question), 'student-1');

test('the clock warns with 30, 15 and 5 minutes left, and when it is over everything is judged', async () => {
  const page = await openStart({ before: (fresh) => fresh.clock.install() });
  // One clock for the page and its server, or every look at the exam would set it back.
  now = () => page.evaluate<number>('Date.now()');
  const id = await begin(page, 3);
  const { endsAt } = await lab.exams.exam(id);
  const goToLeft = async (minutes: number) =>
    page.clock.fastForward(Math.max(0, endsAt - (await now()) - minutes * 60_000));
  const clock = page.getByTestId('exam-clock');
  const isSeen = async (pattern: RegExp) => {
    await expect.poll(() => clock.innerText()).toMatch(pattern);
  };
  await isSeen(/^(1:59:\d\d|2:00:00)$/);
  expect(await clock.getAttribute('class')).toBe('exam-clock');

  for (const minutes of examRules.warnings) {
    await goToLeft(minutes);
    await page.getByText(`${minutes} minutes left.`).waitFor();
    await isSeen(new RegExp(`^(${minutes}:00|${minutes - 1}:\\d\\d)$`));
    expect(await clock.getAttribute('class')).toBe(
      minutes === 5 ? 'exam-clock exam-clock-short exam-clock-last' : 'exam-clock exam-clock-short',
    );
  }
  await goToLeft(0);
  await page.getByTestId('exam-judging').waitFor();
  expect((await lab.exams.exam(id)).state).toBe('judging');
  expect(await clock.isVisible()).toBe(false);
  finish(id);
  // It looks again by its own clock.
  await page.clock.runFor(2_000);
  await page.getByTestId('exam-result').waitFor();
  await page.context().close();
});

test('one goes from question to question, and each keeps its shells and its flag', async () => {
  const page = await openStart();
  const id = await begin(page, 2);
  const terminal = page.locator('[data-testid="terminal"][data-state="connected"]:visible');
  const title = page.locator('.exam-title');
  const shows = async (pattern: RegExp) => {
    await expect.poll(() => terminal.innerText()).toMatch(pattern);
  };
  const at = (question: number) => page.getByTestId(`exam-question-${question}`);
  await terminal.waitFor();
  (await shellOf(id, 1)).print('the first shell\r\n');
  await shows(/the first shell/);
  expect(await title.innerText()).toBe('A node has gone quiet');
  expect(await at(1).getAttribute('aria-current')).toBe('true');
  expect(await at(2).getAttribute('data-state')).toBe('unopened');
  expect(await page.getByTestId('exam-previous').isDisabled()).toBe(true);

  await page.getByTestId('exam-next').click();
  await expect.poll(() => at(2).getAttribute('aria-current')).toBe('true');
  await expect.poll(() => at(2).getAttribute('data-state')).toBe('open');
  await terminal.waitFor();
  (await shellOf(id, 2)).print('the second shell\r\n');
  await shows(/the second shell/);
  expect(await terminal.innerText()).not.toMatch(/the first shell/);
  expect(await title.innerText()).toBe('A drain that does not end');
  expect(await page.getByTestId('exam-next').isDisabled()).toBe(true);

  await page.getByTestId('exam-flag').click();
  await expect.poll(() => at(2).getAttribute('data-flagged')).toBe('true');
  expect(await page.getByTestId('exam-flag').getAttribute('aria-pressed')).toBe('true');
  await page.getByTestId('exam-previous').click();
  await shows(/the first shell/);
  expect(await page.getByTestId('exam-flag').getAttribute('aria-pressed')).toBe('false');
  expect(await at(1).getAttribute('aria-label')).toBe('Question 1, A node has gone quiet: opened');
  expect(await at(2).getAttribute('aria-label')).toBe('Question 2, A drain that does not end: opened, flagged');

  await page.reload();
  await shows(/the first shell/);
  await at(2).click();
  await shows(/the second shell/);
  await page.getByTestId('exam-flag').click();
  await expect.poll(() => at(2).getAttribute('data-flagged')).toBe('false');
  await page.context().close();
});

test('nothing helps in an exam: no hints, no checks, and code is copied, never run', async () => {
  const page = await openStart();
  const id = await begin(page, 1);
  const terminal = page.locator('[data-testid="terminal"][data-state="connected"]:visible');
  await terminal.waitFor();
  expect(await page.getByRole('tab', { name: /check|hint/i }).count()).toBe(0);
  for (const testid of ['check', 'submit', 'hints', 'reset', 'stop', 'solution']) {
    expect(await page.locator(`[data-testid="${testid}"]:visible`).count(), testid).toBe(0);
  }

  const code = page.getByTestId('task').getByText('kubectl get nodes');
  await code.click();
  await expect.poll(() => code.getAttribute('data-state')).toBe('copied');
  expect(await code.getAttribute('title')).toBe('Copy');
  await code.click();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('kubectl get nodes');
  const { seen } = await shellOf(id, 1);
  // What is typed now comes after whatever the second press has typed.
  await terminal.click();
  await page.keyboard.type('x');
  await expect.poll(() => seen.input).toBe('x');
  await page.context().close();
});

test('an exam is done by the keyboard alone, and a look at it takes the keys from nobody', async () => {
  const page = await openStart();
  await tabTo(page, 'exam-questions');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('2');
  await tabTo(page, 'exam-begin');
  await page.keyboard.press('Enter');
  await expect.poll(() => focusedTestid(page)).toBe('confirm');
  await page.keyboard.press('Enter');
  await page.getByTestId('exam-clock').waitFor();
  const id = /#\/exam\/([a-z0-9]+)/.exec(page.url())?.[1] ?? '';

  // The terminal takes the keys, Tab as well: there must be a way out, and its name says which.
  await expect.poll(() => focusedTestid(page)).toBe('terminal');
  const first = await shellOf(id, 1);
  await page.keyboard.type('ls');
  await page.keyboard.press('Tab');
  await expect.poll(() => first.seen.input).toBe('ls\t');
  expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toMatch(/Control, Shift and Enter/);
  await page.keyboard.press('Control+Shift+Enter');
  await expect.poll(() => focusedTestid(page)).toBe('exam-question-1');

  // Another window flags a question, and this one sees it when it looks again.
  lab.changeQuestion(id, 2, { flagged: true });
  await expect.poll(() => page.getByTestId('exam-question-2').getAttribute('data-flagged')).toBe('true');
  expect(await focusedTestid(page)).toBe('exam-question-1');

  await tabTo(page, 'exam-next');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByTestId('exam-question-2').getAttribute('aria-current')).toBe('true');
  await expect.poll(() => focusedTestid(page)).toBe('terminal');
  await page.keyboard.press('Control+Shift+Enter');
  await expect.poll(() => focusedTestid(page)).toBe('exam-question-2');
  await tabTo(page, 'exam-submit');
  await page.keyboard.press('Enter');
  await expect.poll(() => focusedTestid(page)).toBe('confirm');
  expect(await page.getByRole('dialog').innerText()).toMatch(/1 flagged to come back to/);
  await page.keyboard.press('Enter');
  await page.getByTestId('exam-judging').waitFor();
  finish(id);
  await page.getByTestId('exam-result').waitFor();
  await tabTo(page, 'review-1');
  await page.context().close();
});

test('the desk appears before the exam knows that its cluster is made, and stays when it does', async () => {
  const page = await openStart();
  const id = await begin(page, 1);
  const question = page.getByTestId('exam-question-1');
  const becomes = async (state: 'making' | 'open') => {
    lab.changeQuestion(id, 1, { state });
    await expect.poll(() => question.getAttribute('data-state')).toBe(state);
  };
  await expect.poll(() => focusedTestid(page)).toBe('terminal');
  // Another terminal of the same shell would look the same, and miss the keys that are pressed before it has them.
  const first = await page.locator('[data-testid="terminal"]:visible').elementHandle();
  await becomes('making');
  await becomes('open');
  expect(await first?.evaluate((terminal) => terminal.matches(':focus-within'))).toBe(true);
  await page.context().close();
});

test('every page of an exam is accessible and fits its window', async () => {
  const page = await openStart();
  const each = async (what: string) => {
    await expectAccessible(page, what);
    await expectFits(page, what);
  };
  await each('the start of an exam');
  const id = await begin(page, 3);
  await page.locator('[data-testid="terminal"][data-state="connected"]:visible').waitFor();
  await page.getByTestId('exam-flag').click();
  await expect.poll(() => page.getByTestId('exam-question-1').getAttribute('data-flagged')).toBe('true');
  await each('an exam');

  lab.changeQuestion(id, 3, {
    state: 'broken',
    error: { message: 'The cluster did not come up: the disk is full.', remedy: 'Free 4 GB, then make it again.' },
  });
  await page.getByTestId('exam-question-3').click();
  await page.getByTestId('question-again').waitFor();
  expect(await page.getByTestId('problem').innerText()).toMatch(/the disk is full[\s\S]*Free 4 GB/);
  await each('a question whose cluster could not be made');

  const start = await lab.open('#/exam');
  await start.getByTestId('exam-go-on').waitFor();
  await expectAccessible(start, 'the start with an exam to go on in and past ones');
  await expectFits(start, 'the start with an exam to go on in and past ones');
  expect(await start.locator('.exam-past li').allInnerTexts()).toContainEqual(expect.stringMatching(/67 %/));
  await start.getByTestId('exam-go-on').click();
  await start.getByTestId('exam-clock').waitFor();
  await start.context().close();

  await page.getByTestId('exam-submit').click();
  expect(await page.getByRole('dialog').innerText()).toMatch(/1 of 3 questions have not been opened/);
  await page.getByTestId('confirm').click();
  await page.getByTestId('exam-judging').waitFor();
  await each('the judging of an exam');

  finish(id);
  await page.getByTestId('exam-result').waitFor();
  expect(await page.getByTestId('exam-result').getAttribute('data-verdict')).toBe('passed');
  expect(await page.locator('.exam-percent').innerText()).toBe('67 % 16 of 24 points. 66 % were needed.');
  expect(await page.getByTestId('review-1').innerText()).toMatch(/8 \/ 8/);
  expect(await page.getByTestId('review-2').innerText()).toMatch(/something was broken on the way/);
  expect(await page.getByTestId('review-3').innerText()).toMatch(/the disk is full/);
  expect(await page.getByTestId('review-2').getByRole('link').getAttribute('href')).toBe('#/debrief/2');
  await each('the result of an exam');
  await page.context().close();
});

test('below the line an exam is not passed, and what could not be judged is held against nobody', async () => {
  const { id } = await lab.exams.start({ questions: 2, seed: 'line' });
  lab.changeQuestion(id, 1, {
    ...{ state: 'judged', result: { number: 1, earned: 0, exam: 'inconclusive', operations: 'inconclusive' } },
  });
  const failed = { verdict: 'failed', earned: 5, possible: 8, percent: 63 } as const;
  lab.changeExam(id, { state: 'finished', outcome: failed });
  const page = await lab.open(`#/exam/${id}`);
  expect(await page.locator('.exam-percent').innerText()).toBe('63 % 5 of 8 points. 66 % were needed.');
  expect(await page.getByTestId('exam-result').getByRole('heading', { level: 1 }).innerText()).toBe('Not passed');
  expect(await page.getByTestId('review-1').innerText()).toMatch(/counts neither way\.\s+–/);
  expect(await page.getByTestId('review-2').innerText()).toMatch(/Not opened\.\s+0 \/ 8/);

  const nothing = { verdict: 'inconclusive', earned: 0, possible: 0, percent: 0 } as const;
  lab.changeExam(id, { outcome: nothing });
  await page.reload();
  await expect.poll(() => page.locator('.exam-percent').innerText()).toMatch(/Nothing could be judged/);
  await expectAccessible(page, 'an exam that could not be judged');
  await page.context().close();
});
