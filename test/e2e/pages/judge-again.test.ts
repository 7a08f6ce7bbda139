import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CheckResult, judge } from '../../../engine/domain/verdict.ts';
import type { SessionRow } from '../../../engine/engine.ts';
import { expectAccessible } from '../access.ts';
import { type FakeLab, startFakeLab } from './fake-lab.ts';

/** A real server and a real browser; the engine is a fake, since a check that cannot read is hard to order. */
const check: CheckResult = {
  ...{ id: 'node-ready', task: 'restore', role: 'objective', mode: 'converge' },
  ...{
    result: 'errored',
    expected: 'Node w1 is Ready.',
    found: 'the API server did not answer',
    meaning: 'Ask again.',
  },
};
const verdicts = [judge([check]), judge([{ ...check, result: 'passed', found: 'Ready is True.' }])];
let judged: Partial<SessionRow> = {};

let lab: FakeLab;
beforeAll(async () => {
  lab = await startFakeLab();
  const { session } = lab.engine;
  lab.engine.session = async (id) => ({ ...(await session(id)), ...judged });
  lab.engine.finish = async () => {
    const verdict = verdicts.shift();
    if (verdict === undefined) throw new Error('judged more than twice');
    judged = { state: 'finished', verdict, finishedAt: new Date().toISOString() };
    return verdict;
  };
});
afterAll(async () => {
  await lab?.close();
});

test('what could not be read when it was submitted is judged again from the page of the verdict', async () => {
  const page = await lab.open('#/');
  await page.getByTestId('start-kubelet-down').click();
  await page.getByTestId('submit').click();
  await page.getByTestId('confirm').click();
  await page.getByTestId('verdict').waitFor();
  expect(await page.getByTestId('verdict-exam').first().innerText()).toMatch(/inconclusive/i);
  await expectAccessible(page, 'an inconclusive verdict');
  await page.getByTestId('judge-again').click();
  await expect.poll(() => page.getByTestId('verdict-exam').first().innerText()).toMatch(/passed/i);
  expect(await page.getByTestId('judge-again').count()).toBe(0);
});
