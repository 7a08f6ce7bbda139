import { z } from 'zod';
import type { CheckContext, CheckDefinition } from '../../../engine/checks/check.ts';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import type { CheckFinding } from '../../../engine/domain/verdict.ts';
import { endFile } from '../../../engine/drill/script.ts';
import type { FaultDefinition } from '../../../engine/faults/fault.ts';
import type {
  AdoptRequest,
  Cluster,
  ClusterRequest,
  KubeApi,
  Node,
  Provider,
  Terminal,
} from '../../../engine/providers/provider.ts';
import type { Clock } from '../../../engine/system/clock.ts';
import type { ExecOptions, ExecResult } from '../../../engine/system/exec.ts';
import { createFakePower } from '../checks/fake-context.ts';

/** What is the case in a fake cluster; tests change it as learners, faults and bad luck would. */
export class FakeWorld {
  /** The door of the scenario mend-the-door: the fault jams it. */
  door: 'open' | 'jammed' = 'open';
  /** Whether the fault does anything. */
  faultWorks = true;
  /** What looking at the door after the fault ends with, one after the other, before it can be seen. */
  readonly doorHides: Error[] = [];
  serviceAnswers = true;
  /** What the witness says of the machine under all of it. */
  load: { readonly waiting?: number; readonly others?: number } = {};
  apiAnswers = true;
  witnessAnswers = true;
  /** Whether the audit trail reaches the witness. */
  trailIsWhole = true;
  studentAnswers = true;
  /** Whether "docker exec" returns while the procedure still runs. */
  streamIsCut = false;
  /** Whether questions to the witness are never answered. */
  hang = false;
  timelineReads = 0;
  refusedWrites = 0;
  readonly files = new Map<string, string>();
  readonly ran: { argv: readonly string[]; env: Readonly<Record<string, string>> }[] = [];
  /** What a procedure prints, by lines. */
  says: readonly string[] = [];
  /** What a procedure does. */
  onScript: (text: string) => Promise<number> = async () => 0;
}

export const finding = (result: CheckFinding['result'], found = 'as it is'): CheckFinding => ({
  result,
  expected: 'as it should be',
  found,
  meaning: 'so',
});

const doorSchema = z.strictObject({ node: z.string(), is: z.enum(['open', 'shut']), width: z.int().optional() });
const jamSchema = z.strictObject({ node: z.string(), hard: z.boolean().optional() });

/** The kinds of the scenario mend-the-door; they look at the world through the ports only, as real kinds do. */
export const fakeChecks: Readonly<Record<string, CheckDefinition<unknown>>> = {
  door: {
    kind: 'door',
    summary: 'A door is open or shut.',
    schema: doorSchema,
    modes: ['assert', 'converge'],
    async evaluate(context: CheckContext, spec) {
      const { node } = doorSchema.parse(spec);
      const door = await context.machine(node).read('/door');
      return finding(door === 'open' ? 'passed' : 'failed', `the door is ${door}`);
    },
  },
  traffic: {
    kind: 'traffic',
    summary: 'A service answers.',
    schema: z.strictObject({ service: z.string() }),
    modes: ['hold'],
    async evaluate(context) {
      const bad = (await context.timeline()).some(
        (event) => event.kind === 'traffic' && event.at >= context.since && event.ok < event.sent,
      );
      return finding(bad ? 'failed' : 'passed');
    },
  },
};

export const fakeFaults = (): Readonly<Record<string, FaultDefinition<unknown>>> => ({
  'door-jammed': {
    kind: 'door-jammed',
    summary: 'A door does not open.',
    schema: jamSchema,
    apply: async (context, spec) => context.machine(jamSchema.parse(spec).node).write('/door', 'jammed'),
    prove: async (context, spec) => {
      const seen = await context.machine(jamSchema.parse(spec).node).read('/door');
      return { holds: seen === 'jammed', seen: `the door is ${seen}` };
    },
    proveWithinMs: 5_000,
  },
});

class FakeNode implements Node {
  readonly name: string;
  readonly role: Node['role'];
  readonly address = '192.0.2.1';
  readonly #world: FakeWorld;

  constructor(name: string, role: Node['role'], world: FakeWorld) {
    this.name = name;
    this.role = role;
    this.#world = world;
  }

  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    this.#world.ran.push({ argv, env: options.env ?? {} });
    const exitCode = await this.#world.onScript(argv.at(-1) ?? '');
    for (const line of this.#world.says) options.onLine?.(line);
    options.signal?.throwIfAborted();
    if (!this.#world.streamIsCut) this.#world.files.set(`${this.name}:${endFile}`, `${exitCode}\n`);
    return { exitCode, stdout: '', stderr: '', timedOut: false, command: argv.join(' ') };
  }

  async read(path: string): Promise<string | undefined> {
    const hidden = path === '/door' && this.#world.door === 'jammed' ? this.#world.doorHides.shift() : undefined;
    if (hidden !== undefined) throw hidden;
    return path === '/door' ? this.#world.door : this.#world.files.get(`${this.name}:${path}`);
  }

  async write(path: string, text: string): Promise<void> {
    if (!this.#world.studentAnswers && this.role === 'student') {
      this.#world.refusedWrites += 1;
      throw new Error('the container is not running');
    }
    if (path !== '/door') this.#world.files.set(`${this.name}:${path}`, text);
    else if (this.#world.faultWorks) this.#world.door = 'jammed';
  }

  isRunning = async () => true;
  readonly power = createFakePower();
}

function createFakeKube(world: FakeWorld, nodes: readonly Node[]): KubeApi {
  const ask = <T>(value: T): Promise<T> =>
    world.apiAnswers ? Promise.resolve(value) : Promise.reject(new Error('the API server does not answer'));
  const objects = nodes.map(({ name }) => ({
    metadata: { name },
    spec: {},
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  }));
  return {
    read: () => ask(undefined),
    list: <T>({ kind }: { kind: string }) => ask((kind === 'Node' ? objects : []) as T[]),
    apply: () => ask(undefined),
    isReady: async () => world.apiAnswers,
    askKubelet: () => ask({ code: 200, said: 'ok' }),
  };
}

export class FakeCluster implements Cluster {
  readonly session: string;
  restored = false;
  readonly student: Node;
  readonly nodes: readonly Node[];
  readonly kube: KubeApi;
  readonly witness: Cluster['witness'];
  closed = false;

  constructor(session: string, world: FakeWorld, clock: Clock) {
    this.session = session;
    this.student = new FakeNode('student', 'student', world);
    this.nodes = [new FakeNode('cp1', 'control-plane', world), new FakeNode('w1', 'worker', world)];
    this.kube = createFakeKube(world, this.nodes);
    const record: TimelineEvent[] = [];
    let beat = 0;
    this.witness = {
      timeline: async () => {
        world.timelineReads += 1;
        if (world.hang) return new Promise<never>(() => {});
        if (!world.witnessAnswers) throw new Error('the witness cannot be asked');
        const at = clock.now();
        beat += 1;
        for (const resource of ['nodes', 'pods', 'poddisruptionbudgets'] as const) {
          record.push({ at, kind: 'watch', resource, state: 'listed' });
        }
        record.push({ at, kind: 'tick', ...world.load }, { at, kind: 'beat', beat, ok: true });
        if (world.trailIsWhole) record.push({ at, kind: 'echo', beat });
        for (const { name } of this.nodes) {
          const ok = world.serviceAnswers ? 5 : 0;
          record.push({ at, kind: 'traffic', service: 'town/web', node: name, sent: 5, ok });
        }
        return [...record];
      },
      follow: async (onEvents, signal) => {
        onEvents(await this.witness.timeline());
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      },
    };
  }

  machine(name: string): Node {
    const machine = [this.student, ...this.nodes].find((node) => node.name === name);
    if (machine === undefined) throw new Error(`there is no machine ${name}`);
    return machine;
  }

  openTerminal = (): Promise<Terminal> => Promise.reject(new Error('there is no terminal here'));
  recordings = async () => [];

  close = async () => {
    this.closed = true;
  };
}

/** Makes clusters of nothing, and remembers what exists. */
export class FakeProvider implements Provider {
  readonly name = 'fake';
  admit: () => Promise<void> = async () => {};
  readonly world = new FakeWorld();
  readonly exists = new Map<string, FakeCluster>();
  /** Sessions that belong to another store. */
  readonly foreign = new Set<string>();
  readonly requests: ClusterRequest[] = [];
  readonly opened: string[] = [];
  readonly destroyed: string[] = [];
  onCreate: (request: ClusterRequest) => Promise<void> = async () => {};
  onDestroy: (session: string) => Promise<void> = async () => {};
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async create(request: ClusterRequest): Promise<Cluster> {
    this.requests.push(request);
    const cluster = new FakeCluster(request.session, this.world, this.#clock);
    cluster.restored = request.golden === 'make';
    this.exists.set(request.session, cluster);
    await this.onCreate(request);
    this.world.door = 'open';
    return cluster;
  }

  readonly adopted: AdoptRequest[] = [];
  onAdopt: (request: AdoptRequest) => Promise<void> = async () => {};
  async adopt(request: AdoptRequest): Promise<Cluster> {
    this.adopted.push(request);
    await this.onAdopt(request);
    return this.open(request.session);
  }

  /** Sessions that stand still. */
  readonly still = new Set<string>();
  onStandStill: (session: string) => Promise<void> = async () => {};
  async standStill(session: string): Promise<void> {
    this.still.add(session);
    await this.onStandStill(session);
  }
  wake = async (session: string) => void this.still.delete(session);
  isStill = async (session: string) => this.still.has(session);

  usage: Provider['usage'] = async () => ({ memoryBytes: 600, cpuMs: 20, parts: [] });

  async open(session: string): Promise<Cluster> {
    this.opened.push(session);
    const cluster = this.exists.get(session);
    if (cluster === undefined) throw new Error(`there is no cluster of ${session}`);
    return cluster;
  }

  async destroy(session: string): Promise<void> {
    this.destroyed.push(session);
    await this.onDestroy(session);
    this.exists.delete(session);
  }

  clearGolden: Provider['clearGolden'] = async () => ({ removed: 0, inUse: 0, bytes: 0, unfinished: 0 });
  /** Parts of sessions that somebody has removed behind our back. */
  readonly lost = new Map<string, readonly string[]>();
  missing = async (session: string) => this.lost.get(session) ?? (this.exists.has(session) ? [] : ['network']);

  readonly bytes = new Map<string, number>();
  written = async () => this.bytes;

  list = async ({ allStores }: { readonly allStores: boolean }) =>
    [...this.exists.keys()].filter((session) => allStores || !this.foreign.has(session));
}
