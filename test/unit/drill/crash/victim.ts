/**
 * A process that lives through everything a session can go through and, at the crash point of that number, kills itself
 * with SIGKILL: no handler runs, nothing is flushed, as when somebody else does it. With "recover" it only recovers.
 * It prints a JSON line for each stage and for each act that is completed. Arguments: life|failing|recover, home, number.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { createDrills } from '../../../../engine/drill/drills.ts';
import { createRecovery } from '../../../../engine/drill/recover.ts';
import { createShelf } from '../../../../engine/drill/shelf.ts';
import { openDatabase } from '../../../../engine/store/database.ts';
import { createSessionStore, type SessionStore } from '../../../../engine/store/sessions.ts';
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
function withPoints(store: SessionStore): SessionStore {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...words: unknown[]) => unknown;
      return (...words: unknown[]) => {
        point();
        const value = method(...words);
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
    releases: async ({ from }) => ({ from: { kubernetes: `${from}.4`, etcd: '3.6.5-0', coredns: 'v1.12.1' } }),
  });
  const rest = (name: string) => {
    enter(name);
    for (let index = 0; index < 20; index += 1) point();
  };
  const scenario = 'mend-the-door';
  enter('provisioning');
  if (mode === 'failing') {
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
