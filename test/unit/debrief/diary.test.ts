import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDiary } from '../../../engine/debrief/diary.ts';
import { createRecords } from '../../../engine/debrief/records.ts';
import { readReference, referencesFolder, writeReference } from '../../../engine/debrief/reference.ts';
import { createDrills } from '../../../engine/drill/drills.ts';
import { inputsOfSolution } from '../../../engine/drill/procedures.ts';
import { createShelf } from '../../../engine/drill/shelf.ts';
import { traceFile } from '../../../engine/drill/traced.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { createExamStore } from '../../../engine/store/exams.ts';
import { createResultStore } from '../../../engine/store/results.ts';
import { createSessionStore } from '../../../engine/store/sessions.ts';
import { fakesFor } from '../drill/fake-drills.ts';
import { FakeCluster, FakeProvider } from '../drill/fake-world.ts';
import { makeScenarioFolder } from '../scenario/scenario-folder.ts';
import { FakeClock } from '../system/fake-clock.ts';

const id = 'mend-the-door';

async function setUp() {
  const folder = await makeScenarioFolder();
  const clock = new FakeClock();
  const provider = new FakeProvider(clock);
  const database = openDatabase(':memory:');
  const store = createSessionStore(database);
  const results = createResultStore(database);
  const scenarios = createShelf(folder.scenarios, folder.dependencies);
  const drills = createDrills({
    ...fakesFor(folder),
    ...{ provider, store, clock, scenarios },
    diary: createDiary({ results, sessions: store }),
  });
  const records = createRecords({ results, scenarios, exams: createExamStore(database) });
  return { folder, clock, provider, world: provider.world, store, results, drills, records };
}

test('a judged drill leaves its debrief: the fault, the checks as they turned, and who did it', async () => {
  const { drills, world, clock, records } = await setUp();
  const { id: session } = await drills.start(id, {});
  clock.pass(10_000);
  await drills.check(session);
  world.door = 'open';
  clock.pass(10_000);
  await drills.check(session);
  await drills.finish(session);
  await drills.stop(session);

  const result = await records.resultOfSession(session);
  const page = await records.debrief(result?.number ?? 0);
  expect(page).toMatchObject({ title: expect.any(String) as string, domain: expect.any(String) as string });
  expect(page.result.doneBy).toBe('learner');
  const { debrief } = page;
  expect(debrief?.faults).toMatchObject([{ kind: 'door-jammed' }]);
  expect(debrief?.faults[0]?.at).toBeLessThanOrEqual(0);
  const opened = debrief?.checks.find((check) => check.id === 'opened');
  expect(opened?.turns.map((turn) => turn.result)).toEqual(['failed', 'passed']);
  expect(opened?.turns[1]?.at).toBeGreaterThanOrEqual(20_000);
  expect(debrief?.services).toMatchObject([{ name: 'town/web', gaps: [] }]);
});

test('what a procedure did is not the learner’s, and its commands are in the debrief', async () => {
  const { drills, world, clock, records, results } = await setUp();
  const { id: session } = await drills.start(id, {});
  world.onScript = async () => {
    const seconds = `${Math.floor((clock.now() + 100) / 1000)}.500000`;
    world.files.set(`student:${traceFile}`, `+\u001f${seconds}\u001fkubectl get nodes\n`);
    world.door = 'open';
    return 0;
  };
  await drills.solve(session, { script: 'solution' });
  await drills.finish(session);
  const [result] = results.all();
  expect(result?.doneBy).toBe('procedure');
  const { debrief } = await records.debrief(result?.number ?? 0);
  expect(debrief?.commands.map(({ text }) => text)).toEqual(['kubectl get nodes']);
  expect((await records.progress()).drills).toBe(0);
});

test('recordings that cannot be read take nothing else with them', async () => {
  const { drills, provider, results, store } = await setUp();
  const { id: session } = await drills.start(id, {});
  const cluster = provider.exists.get(session);
  if (!(cluster instanceof FakeCluster)) throw new Error('there is no cluster');
  cluster.recordings = () => Promise.reject(new Error('the container is gone'));
  await drills.finish(session);
  expect(results.debrief(1)).toMatchObject({ scenario: id });
  expect(store.entries(session).some(({ entry }) => /without recordings.*gone/.test(entry))).toBe(true);
});

test('whoever sees the verdict sees the debrief: the drill is not finished before its story is read', async () => {
  const { drills, provider, results } = await setUp();
  const { id: session } = await drills.start(id, {});
  const cluster = provider.exists.get(session);
  if (!(cluster instanceof FakeCluster)) throw new Error('there is no cluster');
  let stateMeanwhile = '';
  cluster.recordings = async () => {
    stateMeanwhile = (await drills.session(session)).state;
    return [];
  };
  await drills.finish(session);
  expect(stateMeanwhile).toBe('ready');
  expect(await drills.session(session)).toMatchObject({ state: 'finished' });
  expect(results.debrief(1)).toBeDefined();
});

test('a drill that begins again has none of the looks before', async () => {
  const { drills, results } = await setUp();
  const { id: session } = await drills.start(id, {});
  await drills.check(session);
  await drills.reset(session, {});
  const looks = results.looks(session);
  expect(looks.every(({ at }) => at >= (looks[0]?.at ?? 0))).toBe(true);
  expect(looks).toHaveLength(2);
});

test('the reference procedure stands beside it, and says when it was recorded on another version', async () => {
  const { drills, folder, records, results } = await setUp();
  const { id: session } = await drills.start(id, {});
  await drills.finish(session);
  const debrief = results.debrief(1);
  if (debrief === undefined) throw new Error('nothing was kept');
  const place = referencesFolder(folder.folder);
  const inputs = inputsOfSolution(await drills.load(id));
  await writeReference(place, { scenario: id, inputs, debrief });
  expect(await records.debrief(1)).toMatchObject({ reference: { isCurrent: true }, parting: { kind: 'none' } });
  await writeReference(place, { scenario: id, inputs: 'another', debrief });
  expect(await records.debrief(1)).toMatchObject({ reference: { isCurrent: false } });
  await writeFile(
    join(place, `${id}.json`),
    JSON.stringify({ scenario: id, inputs, debrief: { ...debrief, format: 2 } }),
  );
  expect(await readReference(place, id)).toBeUndefined();
  expect((await records.debrief(1)).reference).toBeUndefined();
});

test('everything that is kept can be exported, and deleted', async () => {
  const { drills, records } = await setUp();
  const { id: session } = await drills.start(id, {});
  await drills.finish(session);
  expect(await records.exportAll()).toMatchObject({ results: [{ session, debrief: { scenario: id } }], exams: [] });
  await records.deleteAll();
  expect(await records.results()).toEqual([]);
  await expect(records.debrief(1)).rejects.toMatchObject({ code: 'RESULT_UNKNOWN' });
});
