import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CheckResult, judge } from '../../../engine/domain/verdict.ts';
import { type FakeLab, startFakeLab } from './fake-lab.ts';

/** What a learner reads when it is over. */
const page1 = 'https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/';
const page2 = 'https://kubernetes.io/docs/tasks/debug/debug-cluster/';
const asked = { task: 'restore', mode: 'converge' } as const;
const checks: readonly CheckResult[] = [
  {
    ...{ ...asked, id: 'node-ready', role: 'objective', result: 'passed' },
    ...{ expected: 'Node w1 is Ready.', found: 'Ready is True.', meaning: 'It takes pods again.' },
  },
  {
    ...{ ...asked, id: 'no-reboot', role: 'safeguard', result: 'failed' },
    ...{ expected: 'w1 was not rebooted.', found: 'It booted at 10:04.', meaning: 'A reboot ends what runs there.' },
  },
  {
    ...{ ...asked, id: 'pods-kept', role: 'safeguard', result: 'errored' },
    ...{ expected: 'Pods stayed.', found: 'The record has a gap.', meaning: 'Nothing is said without a record.' },
  },
];
let lab: FakeLab;
beforeAll(async () => {
  lab = await startFakeLab();
  const { desk } = lab.engine;
  lab.engine.desk = async (id) => ({
    ...(await desk(id)),
    references: [page2],
    checks: checks.map(({ id: check, task, role, mode }) => ({
      ...{ id: check, task, role, mode },
      read: check === 'node-ready' ? [page1] : [],
    })),
  });
});
afterAll(async () => {
  await lab?.close();
});

test('each check says what was expected and found, what it means in operation, and where to read on', async () => {
  const { id } = await lab.engine.start('kubelet-down', {});
  lab.change(id, { state: 'finished', verdict: judge(checks), finishedAt: new Date().toISOString() });
  const page = await lab.open(`#/drill/${id}`);
  await page.getByTestId('verdict').waitFor();
  expect(await page.getByTestId('verdict-exam').innerText()).toMatch(/Exam\s+Passed/);
  expect(await page.getByTestId('verdict-operations').innerText()).toMatch(/Operations\s+Inconclusive/);

  // What says no comes first and is open.
  const order = await page.locator('.result-name').allInnerTexts();
  expect(order).toEqual(['no-reboot', 'pods-kept', 'node-ready']);
  const passed = page.getByTestId('result-node-ready');
  expect(await passed.locator('dl').isVisible()).toBe(false);
  await passed.locator('summary').click();

  for (const { id: check, expected, found, meaning } of checks) {
    const result = page.getByTestId(`result-${check}`);
    const names = await result.locator('dt').allInnerTexts();
    expect(names).toEqual(['Expected', 'Found', 'In operation', 'Read']);
    const said = await result.locator('dd').allInnerTexts();
    expect(said.slice(0, 3)).toEqual([expected, found, meaning]);
    // A page of its own, or else one that the drill allows.
    const link = result.locator('dd a');
    expect(await link.getAttribute('href')).toBe(check === 'node-ready' ? page1 : page2);
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await link.isVisible()).toBe(true);
  }
  await page.context().close();
});
