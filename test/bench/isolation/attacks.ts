import Dockerode from 'dockerode';
import { retryUntil, systemClock } from '../../../engine/system/clock.ts';
import { mustSucceed, systemExec } from '../../../engine/system/exec.ts';
import type { EchoingShell } from '../shell.ts';
import { shows, unless, within } from './waiting.ts';

/** Where an attack is made: a terminal of the learner's on that machine. */
interface Place {
  readonly shell: EchoingShell;
  /** The machine's container. */
  readonly container: string;
  readonly signal: AbortSignal;
}

/** Something that a learner may do to a machine of the session, on purpose or not. */
export interface Attack {
  readonly name: string;
  readonly machine: 'student' | 'cp1';
  /** What the time that it takes is a figure of, where that says something. */
  readonly took?: string;
  /** Resolves when it is over, or has raged for long enough. @throws Error when it did not take hold */
  run(place: Place): Promise<void>;
}

const floodBytes = 100_000_000;
const floodWithinMs = 300_000;
/** Every process of a bomb looks at this itself: whatever becomes of us, it ends. */
const bombSeconds = 120;
const bombWithinMs = 60_000;
/** How long a bomb in full swing is looked at. Resetting the session is what ends it then. */
const rageMs = 15_000;
const removalWithinMs = 120_000;

const words = { student: 'the student host', cp1: 'the node' } as const;

interface Bomb {
  readonly name: string;
  readonly machine: Attack['machine'];
  /** What it is started with. Root where that is worse: the user of the student host has the same number in the other session. */
  readonly by: string;
  /** The service of systemd's whose bound it fills; without it, that of the machine. */
  readonly service?: string;
}

const bombOnStudentHost: Bomb = { name: 'fork bomb on the student host', machine: 'student', by: '' };
/** systemd lets a service, such as ssh's, have 15 % of the tasks that the machine may have. */
const bombInShell: Bomb = {
  ...{ name: 'fork bomb in a shell on the node', machine: 'cp1', by: 'sudo ', service: 'ssh' },
};
/** In a scope of its own: what root does who goes around that bound. */
const bombOnNode: Bomb = {
  ...{ name: 'fork bomb on the node', machine: 'cp1' },
  by: 'sudo systemd-run --quiet --scope --property=TasksMax=infinity ',
};

/** In this order, with a reset after each. */
export const attacks: readonly Attack[] = [
  flood('student'),
  forkBomb(bombOnStudentHost),
  flood('cp1'),
  forkBomb(bombInShell),
  forkBomb(bombOnNode),
  removalOfEverything(),
];

function flood(machine: Attack['machine']): Attack {
  return {
    name: `100 MB flood on ${words[machine]}`,
    machine,
    took: 'until the page had read it',
    async run({ shell, signal }) {
      const before = shell.received();
      shell.type(`head -c ${floodBytes} /dev/zero | tr '\\0' x; echo; echo fl""ooded\r`);
      await within(floodWithinMs, 'the flood', unless(signal, shows(shell, 'flooded')));
      const bytes = shell.received() - before;
      if (bytes < floodBytes) throw new Error(`of the flood ${bytes} bytes came`);
    },
  };
}

function forkBomb({ name, machine, by, service }: Bomb): Attack {
  return {
    name,
    machine,
    async run({ shell, container, signal }) {
      const tasks = () => (service === undefined ? tasksOf(container) : tasksOfService(container, service));
      const { limit } = await tasks();
      // Without a bound the host is what would be bombed.
      if (!(limit > 0 && limit <= 8_192)) throw new Error(`a bomb in ${container} may have ${limit} tasks`);
      // Without the work a bomb that has filled its bound does little: all of its shells wait for a chance to fork again.
      const goesOn = `((SECONDS < ${bombSeconds}))`;
      shell.type(`${by}bash -c 'bomb() { ${goesOn} && { bomb | bomb & }; while ${goesOn}; do :; done; }; bomb'\r`);
      const full = await retryUntil(systemClock, { withinMs: bombWithinMs, everyMs: 500, signal }, async () =>
        (await tasks()).current >= 0.9 * limit ? true : undefined,
      );
      if (full === undefined) throw new Error(`the bomb has not filled its bound of ${limit} in ${container}`);
      await systemClock.sleep(rageMs, signal);
    },
  };
}

function removalOfEverything(): Attack {
  return {
    name: 'rm -rf / on the student host',
    machine: 'student',
    async run({ shell, container, signal }) {
      const format = '{{.HostConfig.Privileged}}{{range .Mounts}} {{.Type}}{{end}}';
      const { stdout } = await mustSucceed(systemExec, ['docker', 'inspect', '--format', format, container]);
      // A folder of the host's would be removed, too; a volume is the container's own.
      if (!/^false( volume)*$/.test(stdout.trim())) throw new Error(`${container} is more than an ordinary container`);
      shell.type('sudo rm -rf --no-preserve-root /; echo rui""ned\r');
      await within(removalWithinMs, 'the removal', unless(signal, shows(shell, 'ruined')));
      const { exitCode } = await systemExec.run(['docker', 'exec', container, 'ls', '/']);
      if (exitCode === 0) throw new Error(`${container} has survived the removal of everything`);
    },
  };
}

/** Tasks in a container, and how many it may have; 0 where nothing bounds them. */
async function tasksOf(container: string): Promise<{ current: number; limit: number }> {
  const { pids_stats: tasks } = await new Dockerode()
    .getContainer(container)
    .stats({ stream: false, 'one-shot': true });
  return { current: tasks?.current ?? 0, limit: tasks?.limit ?? 0 };
}

/** The same of a service of systemd's in there. */
async function tasksOfService(container: string, service: string): Promise<{ current: number; limit: number }> {
  const number = async (property: string) => {
    const words = ['systemctl', 'show', service, '--value', `--property=${property}`];
    return Number((await mustSucceed(systemExec, ['docker', 'exec', container, ...words])).stdout);
  };
  return { current: await number('TasksCurrent'), limit: await number('TasksMax') };
}
