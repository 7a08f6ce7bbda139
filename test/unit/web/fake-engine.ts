import type { ClusterLook, Hint, HintBoard } from '../../../engine/domain/aids.ts';
import { KubewrightError } from '../../../engine/domain/errors.ts';
import { mayMove, type SessionState } from '../../../engine/domain/session.ts';
import { type CheckResult, judge } from '../../../engine/domain/verdict.ts';
import type { Desk, Engine, ScenarioPage, SessionRow, StartOptions, StepProgress } from '../../../engine/engine.ts';

export type FakeShell = ReturnType<typeof createFakeShell>;
type Terminal = Awaited<ReturnType<Engine['openTerminal']>>;
type TerminalRequest = Parameters<Engine['openTerminal']>[1];

/** A promise that the test resolves. */
export function gate<T = void>() {
  return Promise.withResolvers<T>();
}

/** A shell that echoes nothing by itself: the test says what it prints. It keeps everything, as the holder's ring would. */
function createFakeShell() {
  let output = new Uint8Array();
  let ringStart = 0;
  let attached: {
    listener?: (offset: number, bytes: Uint8Array) => void;
    end?: (code: number | undefined) => void;
    typed?: (offset: number) => void;
    writer?: string;
  } = {};
  /** Bytes of input by writer, as the holder counts them. */
  const writers = new Map<string, number>();
  const seen = {
    input: '',
    sizes: [] as [number, number][],
    acknowledged: 0,
    opened: 0,
    closed: 0,
    requests: [] as TerminalRequest[],
  };
  return {
    seen,
    /** The shell prints. */
    print(text: string | Uint8Array) {
      const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
      const offset = output.length;
      const longer = new Uint8Array(offset + bytes.length);
      longer.set(output);
      longer.set(bytes, offset);
      output = longer;
      attached.listener?.(offset, bytes);
    },
    /** What is older than this offset has left the ring. */
    forgetBefore(offset: number) {
      ringStart = offset;
    },
    exit(code: number) {
      attached.end?.(code);
    },
    output: () => output,
    /** The program in the shell has read its input. */
    takeInput() {
      attached.typed?.(writers.get(attached.writer ?? '') ?? 0);
    },
    open(request: TerminalRequest): Terminal {
      seen.opened += 1;
      seen.requests.push(request);
      const start = Math.min(Math.max(request.fromOffset, ringStart), output.length);
      const history = output.slice(start);
      const writer = request.writer?.id ?? '';
      const mine: typeof attached = { writer };
      const typed = writers.get(writer) ?? request.writer?.typed ?? 0;
      writers.set(writer, typed);
      attached = mine;
      return {
        start,
        live: output.length,
        typed,
        onTyped(listener) {
          mine.typed = listener;
        },
        onOutput(listener) {
          mine.listener = listener;
          if (history.length > 0) listener(start, history);
        },
        onEnd(listener) {
          mine.end = listener;
        },
        write(bytes) {
          seen.input += new TextDecoder().decode(bytes);
          writers.set(writer, (writers.get(writer) ?? 0) + bytes.length);
        },
        resize(cols, rows) {
          seen.sizes.push([cols, rows]);
        },
        acknowledge(offset) {
          seen.acknowledged = offset;
        },
        close() {
          seen.closed += 1;
          if (attached === mine) attached = {};
        },
      };
    },
  };
}

const scenarioPages: readonly ScenarioPage[] = [
  {
    id: 'kubelet-down',
    title: 'A node has gone quiet',
    domain: 'troubleshooting',
    minutes: 8,
    difficulty: 'easy',
    versions: { from: '1.34' },
    teaser: 'Worker w1 has been NotReady for ten minutes. Find out why and bring it back.',
    shape: { name: 'one-worker', controlPlanes: 1, workers: 1 },
    tasks: [{ id: 'restore', points: 8 }],
    references: ['https://kubernetes.io/docs/tasks/debug/debug-cluster/'],
  },
];

const steps: readonly StepProgress[] = [
  { step: 'provision', title: 'Start the cluster', state: 'waiting' },
  { step: 'inject', title: 'Break it', state: 'waiting' },
];

const fakeChecks: readonly CheckResult[] = [
  {
    id: 'node-ready',
    task: 'restore',
    role: 'objective',
    mode: 'converge',
    result: 'failed',
    expected: 'Node w1 is Ready.',
    found: 'Ready is Unknown.',
    meaning: 'Its pods are moved away after five minutes.',
  },
];

const fakeLook: ClusterLook = {
  nodes: [
    { name: 'cp1', ready: 'True', cordoned: false, version: 'v1.34.4' },
    { name: 'w1', ready: 'Unknown', cordoned: true, version: 'v1.34.4' },
  ],
  workloads: [
    {
      name: 'shop/web',
      pods: [
        { name: 'web-1', node: 'w1', state: 'ready' },
        { name: 'web-2', node: '', state: 'waiting' },
      ],
    },
  ],
  services: [{ name: 'shop/web', state: 'partly' }],
  api: 'answers',
  witness: 'records',
};

/** An engine without a cluster. Tests hold its long acts back with promises of their own. */
export function createFakeEngine() {
  const rows = new Map<string, SessionRow>();
  const shells = new Map<string, FakeShell>();
  const calls = {
    eventsHappened: 0,
    checks: 0,
    opened: [] as string[],
    aborted: [] as string[],
    torndown: [] as string[],
    glances: 0,
    /** Looks at the cluster that go on. */
    looks: 0,
  };
  /** Whoever is told when something happens in a cluster. */
  const stirrers = new Set<() => void>();
  /** Awaited by the act of that name; the act ends early with the signal's reason. */
  const hold: { provision: Promise<void>; check: Promise<void>; teardown: Promise<void>; events: Promise<void> } = {
    provision: Promise.resolve(),
    check: Promise.resolve(),
    teardown: Promise.resolve(),
    events: Promise.resolve(),
  };
  let count = 0;
  let hintTaken = false;
  const board = (): HintBoard => {
    const hint: Hint = hintTaken
      ? { id: 'restore-1', task: 'restore', cost: 1, state: 'taken', text: 'Look at the kubelet of w1.' }
      : { id: 'restore-1', task: 'restore', cost: 1, state: 'offered' };
    return { hints: [hint], more: 1, spent: hintTaken ? 1 : 0, gaveUp: false };
  };

  const read = (id: string): SessionRow => {
    const row = rows.get(id);
    if (row === undefined) throw new KubewrightError('SESSION_UNKNOWN', `There is no session "${id}".`);
    return row;
  };
  const change = (id: string, more: Partial<SessionRow>) => {
    const row = { ...read(id), ...more };
    rows.set(id, row);
    return row;
  };
  const move = (id: string, state: SessionState, more: Partial<SessionRow> = {}) => {
    const { state: from } = read(id);
    if (!mayMove(from, state)) throw new KubewrightError('SESSION_STATE', `Session ${id} is ${from}.`);
    return change(id, { state, ...more });
  };
  const during = async (what: Promise<void>, id: string, signal: AbortSignal | undefined) => {
    const aborted = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    try {
      signal?.throwIfAborted();
      await Promise.race([what, aborted]);
    } catch (error) {
      calls.aborted.push(id);
      throw error;
    }
  };
  const provision = async (id: string, options: StartOptions) => {
    try {
      options.onStep?.({ step: 'provision', title: 'Start the cluster', state: 'running', detail: 'booting' });
      await during(hold.provision, id, options.signal);
      options.onStep?.({ step: 'provision', title: 'Start the cluster', state: 'done', tookMs: 1200 });
      return move(id, 'ready', {
        readyAt: new Date().toISOString(),
        steps: steps.map((step) => ({ ...step, state: 'done' as const, tookMs: 1200 })),
      });
    } catch (error) {
      await hold.teardown;
      calls.torndown.push(id);
      move(id, 'failed', { error: { message: String((error as Error).message), remedy: 'Start it again.' } });
      throw error;
    }
  };

  const engine: Engine = {
    scenarios: async () => [...scenarioPages],
    scenario: async (id) => {
      const page = scenarioPages.find((candidate) => candidate.id === id);
      if (page === undefined) throw new KubewrightError('SCENARIO_UNKNOWN', `There is no scenario "${id}".`);
      return page;
    },
    async start(scenario, options) {
      await engine.scenario(scenario);
      count += 1;
      const id = `s${count}`;
      rows.set(id, { id, scenario, state: 'provisioning', createdAt: new Date().toISOString(), steps });
      options.onSession?.(id);
      return await provision(id, options);
    },
    sessions: async () => [...rows.values()],
    session: async (id) => read(id),
    desk: async (id): Promise<Desk> => {
      const { exam } = read(id);
      return {
        session: id,
        title: 'A node has gone quiet',
        minutes: 8,
        tasks: [{ id: 'restore', points: 8, markdown: 'Bring `w1` back.' }],
        machines: [
          { name: 'student', role: 'student' },
          { name: 'cp1', role: 'control-plane' },
          { name: 'w1', role: 'worker' },
        ],
        references: [],
        exam: exam !== undefined,
        liveChecks: true,
        checks: [{ id: 'node-ready', task: 'restore', role: 'objective', mode: 'converge', read: [] }],
      };
    },
    async glance(id) {
      read(id);
      calls.glances += 1;
      return { checks: fakeChecks, hints: board() };
    },
    async hints(id) {
      read(id);
      return board();
    },
    async takeHint(id, hint) {
      read(id);
      if (hint !== 'restore-1') throw new KubewrightError('USAGE', `The hint "${hint}" is not offered.`);
      hintTaken = true;
      return board();
    },
    async walkthrough(id, { giveUp }) {
      if (read(id).state !== 'finished' && !giveUp) throw new KubewrightError('SESSION_STATE', 'It is not over.');
      return {
        intro: 'The kubelet does not run and does not start at boot: mend both.',
        steps: [{ why: 'Look first.', commands: 'ssh w1 systemctl status kubelet --no-pager' }],
        clues: ['Look at the kubelet of w1.'],
        judged: [{ check: 'node-ready', meaning: 'Its pods are moved away after five minutes.' }],
      };
    },
    async look(id, { onLook, onStir }, signal) {
      read(id);
      calls.looks += 1;
      onLook(fakeLook);
      stirrers.add(onStir);
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      stirrers.delete(onStir);
      calls.looks -= 1;
    },
    async check(id, options) {
      calls.checks += 1;
      if (read(id).state !== 'ready') throw new KubewrightError('SESSION_STATE', `Session ${id} is not ready.`);
      await during(hold.check, id, options?.signal);
      return judge(fakeChecks);
    },
    async finish(id, options) {
      const verdict = read(id).verdict ?? judge(fakeChecks);
      await during(hold.check, id, options?.signal);
      move(id, 'finished', { verdict, finishedAt: new Date().toISOString() });
      return verdict;
    },
    async letEventsHappen() {
      calls.eventsHappened += 1;
      await hold.events;
    },
    async reset(id, options) {
      move(id, 'provisioning', { steps });
      return await provision(id, options);
    },
    async stop(id) {
      move(id, 'stopping');
      await hold.teardown;
      calls.torndown.push(id);
      rows.delete(id);
    },
    async openTerminal(session, request) {
      calls.opened.push(`${session}/${request.id}`);
      return shellOf(session, request.id).open(request);
    },
    close: async () => undefined,
  };

  const shellOf = (session: string, id: string) => {
    const key = `${session}/${id}`;
    const shell = shells.get(key) ?? createFakeShell();
    shells.set(key, shell);
    return shell;
  };

  return { engine, calls, stirrers, hold, shellOf, change };
}
