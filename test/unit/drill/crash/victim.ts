/**
 * A process that lives through everything a session can go through and, at the crash point of that number, kills itself
 * with SIGKILL: no handler runs, nothing is flushed, as when somebody else does it. With "recover" it only recovers.
 * It prints a JSON line for each stage and for each act that is completed. Arguments: life|failing|ahead|swap|recover,
 * home, number.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { clusterKindOf, nameKind } from '../../../../engine/drill/cluster-kind.ts';
import { createDrills } from '../../../../engine/drill/drills.ts';
import { ownProcess } from '../../../../engine/drill/owner.ts';
import { createRecovery } from '../../../../engine/drill/recover.ts';
import { createShelf } from '../../../../engine/drill/shelf.ts';
import { openDatabase } from '../../../../engine/store/database.ts';
import { createSessionStore } from '../../../../engine/store/sessions.ts';
import { smallChecks, smallFaults } from '../../scenario/small-kinds.ts';
import { FakeClock } from '../../system/fake-clock.ts';
import { fakeChecks, fakeFaults } from '../fake-world.ts';
import { DiskProvider } from './disk-provider.ts';

const [, , mode = '', home = '', number = ''] = process.argv;
const killAt = Number(number);
const say = (line: object) => void writeSync(1, `${JSON.stringify(line)}\n`);

let passed = 0;
/** The stage that each crash point belongs to, in order. */
const stages: string[] = [];
let stage = 'provisioning';
const enter = (name: string) => {
  stage = name;
  say({ stage });
};
const point = () => {
  stages.push(stage);
  if (passed === killAt) process.kill(process.pid, 'SIGKILL');
  passed += 1;
};

/** Every use of the store is a crash point, before and after. */
function withPoints<Store extends object>(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      const found = Reflect.get(target, name) as object | ((...words: unknown[]) => unknown);
      if (typeof found !== 'function') return withPoints(found);
      return (...words: unknown[]) => {
        point();
        const value = found(...words);
        point();
        return value;
      };
    },
  });
}

const clock = new FakeClock();
const sleep = clock.sleep.bind(clock);
clock.sleep = async (ms, signal) => {
  point();
  await sleep(ms, signal);
};
const provider = new DiskProvider(join(home, 'engine'), clock, point);
const store = withPoints(createSessionStore(openDatabase(join(home, 'store.db'))));

if (mode === 'recover') {
  const { reaped } = await createRecovery({ provider, store, clock })({ look: true, onSession: () => {} });
  say({ reaped });
} else {
  const drills = createDrills({
    provider,
    store,
    clock,
    faults: fakeFaults(),
    checks: fakeChecks,
    scenarios: createShelf(join(home, 'scenarios'), {
      faults: smallFaults,
      checks: smallChecks,
      shapesFolder: join(home, 'shapes'),
      workloadsFolder: join(home, 'workloads'),
      engineFolder: join(home, 'engine-sources'),
    }),
    packsFolder: join(home, 'workloads'),
    kubeadmFlags: async () => '',
    nodeImage: async () => 'node:1',
    releases: async ({ from }) => ({ from: { kubernetes: `${from}.4`, etcd: '3.6.5-0', coredns: 'v1.12.1' } }),
  });
  const rest = (name: string) => {
    enter(name);
    for (let index = 0; index < 20; index += 1) point();
  };
  const scenario = 'mend-the-door';
  /** As pool.ts does it, without its eye on the clock. */
  const makeAhead = async () => {
    const kind = nameKind(clusterKindOf(await drills.load(scenario)), 'node:1');
    store.waiting.add({ id: 'ahead', kind, owner: ownProcess() });
    const shape = { name: 'one-worker', controlPlanes: 1, workers: 1, spares: 0 };
    const request = { shape, minor: '1.34', markers: false, probes: [], golden: 'make', ahead: true } as const;
    await provider.create({ ...request, session: 'ahead', progress: () => {} });
    store.waiting.ready('ahead', clock.now());
  };
  if (mode !== 'ahead') enter('provisioning');
  if (mode === 'ahead') {
    enter('waiting');
    await makeAhead();
    rest('waiting');
    enter('provisioning');
    const { id } = await drills.start(scenario, {});
    say({ ready: id });
    rest('ready');
    enter('stopping');
    await drills.stop(id);
  } else if (mode === 'swap') {
    const { id } = await drills.start(scenario, {});
    say({ ready: id });
    enter('ready');
    await makeAhead();
    enter('resetting');
    const { cluster } = await drills.reset(id, {});
    if (cluster !== 'ahead') throw new Error('the cluster that waited was not taken');
    say({ ready: id });
    // What the session had is taken down beside it.
    await drills.close();
    rest('ready');
    enter('stopping');
    await drills.stop(id);
  } else if (mode === 'failing') {
    provider.failAfter = 3;
    let session = '';
    await drills.start(scenario, { onSession: (id) => (session = id) }).catch(() => {});
    rest('failed');
    enter('stopping');
    await drills.stop(session);
  } else {
    const { id } = await drills.start(scenario, {});
    say({ ready: id });
    rest('ready');
    enter('checking');
    await drills.check(id);
    provider.world.door = 'open';
    enter('submitting');
    const verdict = await drills.finish(id);
    say({ finished: id, exam: verdict.exam });
    rest('finished');
    enter('resetting');
    await drills.reset(id, {});
    say({ ready: id });
    enter('submitting');
    const second = await drills.finish(id);
    say({ finished: id, exam: second.exam });
    enter('stopping');
    await drills.stop(id);
  }
  say({ stages });
}
