import { describe, expect, test, vi } from 'vitest';
import { createDiary } from '../../../engine/debrief/diary.ts';
import { KubewrightError } from '../../../engine/domain/errors.ts';
import { examRules } from '../../../engine/domain/exam.ts';
import { createDrills, newId } from '../../../engine/drill/drills.ts';
import { createShelf } from '../../../engine/drill/shelf.ts';
import { createExams } from '../../../engine/exam/exams.ts';
import { withExamRules } from '../../../engine/exam/rules.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { createExamStore } from '../../../engine/store/exams.ts';
import { createResultStore } from '../../../engine/store/results.ts';
import { createSessionStore } from '../../../engine/store/sessions.ts';
import { fakesFor } from '../drill/fake-drills.ts';
import { FakeProvider } from '../drill/fake-world.ts';
import { baseText, makeScenarioFolder } from '../scenario/scenario-folder.ts';
import { FakeClock } from '../system/fake-clock.ts';

const first = 'mend-the-door';
const second = 'mend-the-gate';

/** Drills' time, which passes when everybody sleeps; but the exam's own clock runs out only when the test says so. */
function createExamClock(clock = new FakeClock()) {
  const rings = new Set<() => void>();
  return {
    now: clock.now,
    monotonic: clock.monotonic,
    sleep: (ms: number, signal?: AbortSignal): Promise<void> =>
      ms < 600_000
        ? clock.sleep(ms, signal)
        : new Promise((resolve, reject) => {
            rings.add(resolve);
            signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
          }),
    pass: (ms: number) => {
      clock.pass(ms);
      for (const ring of rings) ring();
    },
  };
}

/** Real drills, exams and stores on a fake world; start() stands for a process: the store outlives it. */
async function setUp() {
  const folder = await makeScenarioFolder();
  for (const name of [
    'task.md',
    'solution.sh',
    'wrong/kicked.sh',
    'wrong/painted.sh',
    'wrong/walled-up.sh',
    'right/unscrewed.sh',
  ]) {
    await folder.write(
      `${folder.scenarios}/${second}/${name}`,
      name === 'task.md' ? '## Open the door\n\nIt is stuck.\n' : '#!/bin/bash\nkubectl get nodes\n',
    );
  }
  await folder.write(`${folder.scenarios}/${second}/scenario.yaml`, baseText.replace(`id: ${first}`, `id: ${second}`));
  const provider = new FakeProvider(new FakeClock());
  const database = openDatabase(':memory:');
  const sessions = createSessionStore(database);
  const results = createResultStore(database);
  const store = createExamStore(database);
  const start = (clock = createExamClock(), ahead = false) => {
    const drills = createDrills({
      ...fakesFor(folder),
      ...{ provider, store: sessions, clock },
      diary: createDiary({ results, sessions }),
      scenarios: createShelf(folder.scenarios, folder.dependencies),
    });
    const exams = createExams({ drills, store, sessions, results, clock, newId, ahead });
    return { clock, exams, drills, ruled: withExamRules(drills, exams) };
  };
  return { provider, world: provider.world, sessions, results, store, start };
}

const until = <T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> =>
  vi.waitFor(
    async () => {
      const value = await read();
      if (!holds(value)) throw new Error(`it has not come to that: ${JSON.stringify(value)}`);
      return value;
    },
    { timeout: 25_000, interval: 10 },
  );

/** An exam with both drills whose first question is open. */
async function inExam() {
  const world = await setUp();
  const process = world.start();
  const { exams } = process;
  const { id } = await exams.start({ questions: 2, seed: 'seed' });
  await exams.open(id, 1);
  const page = await until(
    () => exams.exam(id),
    ({ questions }) => questions[0]?.state === 'open',
  );
  return { ...world, ...process, id, page, session: page.questions[0]?.session ?? '' };
}

describe('an exam', () => {
  test('draws its questions, and makes a cluster when a question is opened', async () => {
    const { page, provider, id, exams } = await inExam();
    expect(page).toMatchObject({ state: 'running', current: 1, seed: 'seed' });
    expect(page.endsAt - page.startedAt).toBe(examRules.minutes * 60_000);
    expect(page.questions.map(({ state }) => state)).toEqual(['open', 'unopened']);
    expect(provider.requests).toHaveLength(1);
    await exams.open(id, 1);
    expect(provider.requests).toHaveLength(1);
    await exams.close();
  });

  test('makes the next cluster ahead only where the machine has hands free', async () => {
    const { start, provider } = await setUp();
    const { exams } = start(createExamClock(), true);
    const { id } = await exams.start({ questions: 2, seed: 'seed' });
    await exams.open(id, 1);
    await until(
      () => exams.exam(id),
      ({ questions }) => questions.every(({ state }) => state === 'open'),
    );
    expect(provider.requests).toHaveLength(2);
    await exams.close();
  });

  test('lets nobody check, judge, solve, begin again or stop one of its questions', async () => {
    const { ruled, session, exams } = await inExam();
    const rules = { code: 'EXAM_RULES' };
    await expect(ruled.check(session)).rejects.toMatchObject(rules);
    await expect(ruled.finish(session)).rejects.toMatchObject(rules);
    await expect(ruled.lookAgain(session)).rejects.toMatchObject(rules);
    await expect(ruled.solve(session, { script: 'solution' })).rejects.toMatchObject(rules);
    await expect(ruled.reset(session, {})).rejects.toMatchObject(rules);
    await expect(ruled.stop(session)).rejects.toMatchObject(rules);
    expect(await ruled.session(session)).toMatchObject({ state: 'ready', exam: expect.any(String) as string });
    expect(await ruled.desk(session)).toMatchObject({ exam: true });
    await exams.close();
  });

  test('of which there is one at a time', async () => {
    const { exams } = await inExam();
    await expect(exams.start({ questions: 1, seed: 'x' })).rejects.toMatchObject({ code: 'EXAM_RULES' });
    await expect(exams.exam('nobody')).rejects.toMatchObject({ code: 'EXAM_UNKNOWN' });
    await exams.close();
  });

  test('is judged when it is submitted, and takes its clusters down', async () => {
    const { exams, id, world, provider, session, ruled, results } = await inExam();
    world.door = 'open';
    await exams.flag(id, 2, true);
    expect((await exams.submit(id)).state).toBe('judging');
    const page = await until(
      () => exams.exam(id),
      ({ state }) => state === 'finished',
    );
    expect(page.questions).toMatchObject([
      { state: 'judged', result: { exam: 'passed', operations: 'passed' } },
      { state: 'judged', flagged: true },
    ]);
    const possible = page.questions.reduce((sum, { points }) => sum + points, 0);
    expect(page.outcome).toMatchObject({ verdict: 'failed', earned: page.questions[0]?.points, possible });
    expect(provider.exists.size).toBe(0);
    expect(results.ofSession(session)).toMatchObject({ exam: id, doneBy: 'learner' });
    expect(results.debrief(page.questions[0]?.result?.number ?? 0)).toMatchObject({
      scenario: expect.any(String) as string,
    });
    await expect(exams.open(id, 2)).rejects.toMatchObject({ code: 'EXAM_RULES' });
    expect(await ruled.sessions()).toEqual([]);
    await exams.close();
  });

  test('ends by itself when its time is over', async () => {
    const { exams, id, clock, page } = await inExam();
    clock.pass(page.endsAt - clock.now());
    const finished = await until(
      () => exams.exam(id),
      ({ state }) => state === 'finished',
    );
    expect(finished.submittedAt).toBe(page.endsAt);
    await exams.close();
  });

  test('counts what could not be judged neither way', async () => {
    const { exams, id, world } = await inExam();
    world.witnessAnswers = false;
    await exams.submit(id);
    const page = await until(
      () => exams.exam(id),
      ({ state }) => state === 'finished',
    );
    expect(page.questions[0]?.result).toMatchObject({ operations: 'inconclusive' });
    await exams.close();
  });
});

describe('after a crash', () => {
  test('another process has the same questions, clock, flags and clusters', async () => {
    const { start, exams, id, clock, session } = await inExam();
    await exams.flag(id, 1, true);
    const before = await exams.exam(id);
    const later = start(clock);
    later.exams.resume();
    const after = await later.exams.exam(id);
    expect({ ...after, now: 0 }).toEqual({ ...before, now: 0 });
    expect(after.questions[0]).toMatchObject({ state: 'open', session, flagged: true });
    await later.exams.close();
  });

  test('a time that ran out meanwhile is over, and what was being judged is judged', async () => {
    const { start, id, clock, page, exams } = await inExam();
    await exams.close();
    clock.pass(page.endsAt - clock.now() + 60_000);
    const later = start(clock);
    later.exams.resume();
    const finished = await until(
      () => later.exams.exam(id),
      ({ state }) => state === 'finished',
    );
    expect(finished).toMatchObject({ submittedAt: page.endsAt, questions: [{ state: 'judged' }, { state: 'judged' }] });
    await later.exams.close();
  });

  test('a question whose cluster was being made is made anew', async () => {
    const { start, sessions, store, provider, exams, id } = await inExam();
    const dead = 'dead99';
    sessions.add({ ...{ id: dead, scenario: second, folder: '/nowhere', createdAt: 1, owner: '1:never' }, facts: {} });
    store.setSession(id, 2, dead);
    expect((await exams.exam(id)).questions[1]).toMatchObject({
      state: 'broken',
      error: { remedy: expect.any(String) as string },
    });
    const later = start();
    await later.exams.open(id, 2);
    const page = await until(
      () => later.exams.exam(id),
      ({ questions }) => questions[1]?.state === 'open',
    );
    expect(page.questions[1]?.session).not.toBe(dead);
    expect(provider.destroyed).toContain(dead);
    expect(sessions.get(dead)).toBeUndefined();
    await later.exams.close();
    await exams.close();
  });

  test('a cluster that could not be made says why, and is tried again', async () => {
    const { start, provider } = await setUp();
    const { exams } = start();
    provider.onCreate = () =>
      Promise.reject(new KubewrightError('PROVISION_FAILED', 'no room', { remedy: 'Make room.' }));
    const { id } = await exams.start({ questions: 1, seed: 'seed' });
    await exams.open(id, 1);
    const page = await until(
      () => exams.exam(id),
      ({ questions }) => questions[0]?.state === 'broken',
    );
    expect(page.questions[0]?.error).toEqual({ message: 'no room', remedy: 'Make room.' });
    provider.onCreate = async () => {};
    await exams.open(id, 1);
    await until(
      () => exams.exam(id),
      ({ questions }) => questions[0]?.state === 'open',
    );
    await exams.close();
  });
});
