import type { TimelineEvent } from '../domain/timeline.ts';
import type { ExecOptions, ExecResult } from '../system/exec.ts';

/** The port to whatever makes clusters. Faults and checks know Node, KubeApi and Witness, never a provider. */
export interface Provider {
  readonly name: string;
  /** Refuses a session that this machine cannot take now, before anything of it exists. @throws ENGINE_UNREACHABLE, DISK_LOW */
  admit(): Promise<void>;
  /** Makes a whole session: network, cluster, student host, witness. Takes everything down again when it fails or the signal fires. */
  create(request: ClusterRequest): Promise<Cluster>;
  /**
   * Makes a cluster that was made ahead the one of a drill. Its id stays that of the session. Takes nothing down when it fails.
   * @throws COMMAND_FAILED when something of it does not answer any more
   */
  adopt(request: AdoptRequest): Promise<Cluster>;
  /** What the containers of a session use now. */
  usage(session: string): Promise<ClusterUsage>;
  /** Opens the cluster of a session made earlier, also by another process. @throws SESSION_UNKNOWN when nothing of it is there. */
  open(session: string): Promise<Cluster>;
  /** Names of the parts that a session which is ready should have and that are not there any more; stopped ones are there. */
  missing(session: string): Promise<readonly string[]>;
  /** Bytes that each session has written to the engine's disk. Takes seconds. */
  written(): Promise<ReadonlyMap<string, number>>;
  /**
   * Stops all processes of a session that run, until wake(). Connections stay open; no command can be run on its machines.
   * Not for longer than a cluster stands, see engine/drill/doze.ts. @throws COMMAND_FAILED, and everything runs then
   */
  standStill(session: string): Promise<void>;
  /** Lets go on what standStill() stopped, also in another process. Nothing where nothing stands still. */
  wake(session: string): Promise<void>;
  /** Whether it stands still because of standStill(). */
  isStill(session: string): Promise<boolean>;
  /** Removes all that belongs to the session and verifies that nothing is left. Idempotent. @throws LEAK naming what is left. */
  destroy(session: string): Promise<void>;
  /** Ids of sessions of which anything at all exists, found by label and by kind's cluster label; of this store, or of all. */
  list(options: { readonly allStores: boolean }): Promise<string[]>;
  /**
   * Removes what is left of golden states that were never finished, and with `all` the finished ones, too.
   * @param allStores what other stores have left on this engine, too
   */
  clearGolden(options: { readonly all: boolean; readonly allStores: boolean }): Promise<ClearedGolden>;
}

export interface ClearedGolden {
  readonly removed: number;
  /** Those that a running session was restored from: they are kept. */
  readonly inUse: number;
  /** Bytes on the disk that the removed ones took. */
  readonly bytes: number;
  /** Clusters taken down that were being made into one when the process that did it ended. */
  readonly unfinished: number;
}

/**
 * Whether a cluster is restored from a golden state (a cluster of the same making that was brought to rest before).
 * never: it is made from nothing. at-hand: it is restored where a state is there. make: a state is made first where none is
 * there, which pays when more clusters of this kind will be wanted.
 */
export type GoldenUse = 'never' | 'at-hand' | 'make';

export interface ClusterRequest {
  readonly session: string;
  readonly shape: ClusterShape;
  readonly minor: string;
  /** The minor the learner upgrades to: its packages and images are on every node then. */
  readonly upgradeTo?: string | undefined;
  /** The witness writes a numbered ConfigMap into the cluster every few seconds. */
  readonly markers: boolean;
  /** URLs the witness probes, through every node's port. */
  readonly probes: readonly ServiceProbe[];
  readonly golden: GoldenUse;
  /** It is made for a drill to come: while it waits its machines stand back from everybody else's, see Provider.adopt. */
  readonly ahead?: boolean;
  readonly progress: (line: string) => void;
  /** Told when the making of this cluster itself begins: images, and the golden state where one is wanted, are there. */
  readonly onBegin?: () => void;
  readonly signal?: AbortSignal | undefined;
}

export type AdoptRequest = Pick<ClusterRequest, 'session' | 'shape' | 'probes' | 'markers'>;

export interface ClusterUsage {
  readonly memoryBytes: number;
  /** CPU time since they were started. */
  readonly cpuMs: number;
  /** By container: control-plane, worker, worker2 …, student, witness. */
  readonly parts: readonly { readonly name: string; readonly memoryBytes: number; readonly cpuMs: number }[];
}

/** clusters/shapes/<name>.yaml, read. */
export interface ClusterShape {
  readonly name: string;
  readonly controlPlanes: number;
  readonly workers: number;
  /** Booted machines that have not joined; named on from the workers: with two workers the first one is w3. */
  readonly spares: number;
}

export interface ServiceProbe {
  /** namespace/name of the Service, the name checks use. */
  readonly service: string;
  readonly nodePort: number;
  readonly path: string;
}

export interface Cluster {
  readonly session: string;
  /** Whether it was restored from a golden state, and not made from nothing. */
  readonly restored: boolean;
  readonly nodes: readonly Node[];
  /** The host the learner works on; the same kind of thing as a node, without a kubelet. */
  readonly student: Node;
  readonly kube: KubeApi;
  readonly witness: Witness;
  /** A node by its name (cp1, w1 …) or "student". @throws USAGE naming the machines there are. */
  machine(name: string): Node;
  /** Re-attaches to the shell of that id, or starts it. The shell lives in the student host whatever happens to us. */
  openTerminal(request: TerminalRequest): Promise<Terminal>;
  /** What the terminals of this session have shown so far. */
  recordings(): Promise<readonly Recording[]>;
  /** Frees sockets and files of this process; the session goes on. */
  close(): Promise<void>;
}

/** What one terminal has shown. The learner is root where it is kept: it is for looking at, no check reads it. */
export interface Recording {
  /** The terminal's id, with a number after it when the student host was started again meanwhile. */
  readonly terminal: string;
  /** The machine it was opened on. */
  readonly on: string;
  /** asciicast v2. */
  readonly cast: string;
}

/** spare: booted from the node image and not part of the cluster when the session began. */
export type MachineRole = 'control-plane' | 'worker' | 'spare' | 'student';

export interface Node {
  /** The name in the cluster and for ssh: cp1, w1, w2 … or "student". */
  readonly name: string;
  readonly role: MachineRole;
  readonly address: string;
  /** Runs a program on the machine as root (as the learner's user on the student host, unless user says so). Non-zero exit is a result. */
  exec(argv: readonly string[], options?: ExecOptions & { readonly user?: string }): Promise<ExecResult>;
  /** The file's text, undefined when it is not there. @throws COMMAND_FAILED when the machine cannot be asked. */
  read(path: string): Promise<string | undefined>;
  /** Writes a text file as root with this mode, making its folder. */
  write(path: string, text: string, mode?: string): Promise<void>;
  /** Whether the machine itself is up (not whether the kubelet is). */
  isRunning(): Promise<boolean>;
  /** Faults only: the power of the machine. Names, addresses and disks stay, but for replace. */
  readonly power: MachinePower;
}

export interface MachinePower {
  /** Like a pulled plug; it stays off until on(). */
  off(): Promise<void>;
  on(): Promise<void>;
  /** Every process stands still, connections stay open: a hang. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** An empty machine of the same name and address, booted and not joined, takes its place; the learner's ssh works there. */
  replace(): Promise<void>;
}

export interface ResourceRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** The API server under the engine's own identity. */
export interface KubeApi {
  /** A single-object GET without resourceVersion, i.e. a quorum read; undefined when the object is not there. @throws COMMAND_FAILED when the server does not answer. */
  read<T>(ref: ResourceRef): Promise<T | undefined>;
  /** A list, possibly from the watch cache: good enough for what is not about a restore. */
  list<T>(what: { apiVersion: string; kind: string; namespace?: string }): Promise<T[]>;
  /**
   * Server-side apply of every document of a YAML text, each again while nobody answers, for a minute at most.
   * @throws COMMAND_FAILED when the server refuses it or is still not there.
   */
  apply(manifest: string): Promise<void>;
  isReady(): Promise<boolean>;
  /**
   * A GET of a node's kubelet by way of the API server, as kubectl logs and exec go; the path is one of the kubelet's, such
   * as healthz. A refusal is an answer, too. @throws COMMAND_FAILED when the API server itself does not answer.
   */
  askKubelet(node: string, path: string): Promise<KubeletAnswer>;
}

export interface KubeletAnswer {
  /** HTTP status: 200, 401 when the kubelet does not know the API server, 503 when it could not be reached … */
  readonly code: number;
  /** What was answered; a refusal is cut to a few hundred characters. */
  readonly said: string;
}

export interface Witness {
  /** Everything recorded so far. @throws COMMAND_FAILED when the witness cannot be asked (the checks then are errored). */
  timeline(): Promise<readonly TimelineEvent[]>;
  /**
   * Everything recorded so far and then what is recorded, as it comes, but for the events that are about the record
   * itself; resolves when the signal fires. For looking at only: a line that is damaged is left out.
   * @throws COMMAND_FAILED when the witness can't be followed (any more)
   */
  follow(onEvents: (events: readonly TimelineEvent[]) => void, signal: AbortSignal): Promise<void>;
}

export interface TerminalRequest {
  /** A name within the session, e.g. "student-1" or "w1-1"; the same id is the same shell. */
  readonly id: string;
  /** student, or a node's name: then the shell is "ssh <node>". */
  readonly on: string;
  readonly cols: number;
  readonly rows: number;
  /** Offset of the first output byte wanted; 0 is the beginning of the shell. What left the ring is skipped, see Terminal.start. */
  readonly fromOffset: number;
  /** Who types, over all of its connections, so that input is taken up where the last connection left it. */
  readonly writer?: {
    /** 8 to 32 of a-z and 0-9; never used for another stream of input. */
    readonly id: string;
    /** Everything below this offset of its input is known to have arrived; where a holder begins that does not know it. */
    readonly typed: number;
  };
}

/** A shell held in the student host. Output has offsets, so that a reconnect asks for exactly what it has not seen. */
export interface Terminal {
  /** Offset of the first byte that will be delivered; greater than asked for when the ring no longer had it. */
  readonly start: number;
  /** Offset up to which output is replayed history: queries in it must not be answered. */
  readonly live: number;
  /** Offset within the writer's input of the byte that is wanted next; 0 without a writer. */
  readonly typed: number;
  /** Set before anything is delivered; `offset` is that of the first byte of the chunk. */
  onOutput(listener: (offset: number, bytes: Uint8Array) => void): void;
  /**
   * Once, and not after close(): exitCode of the shell, or undefined when only the connection to it ended. `taken`: another
   * client attached to this terminal; re-attaching without being asked would start a tug of war between the two.
   */
  onEnd(listener: (exitCode: number | undefined, taken?: boolean) => void): void;
  /** Goes on with the input at `typed`. */
  write(bytes: Uint8Array): void;
  /** Told now and then: everything below this offset of the input has reached the shell and need not be kept for another try. */
  onTyped(listener: (offset: number) => void): void;
  resize(cols: number, rows: number): void;
  /** Everything below this offset has been shown; the holder pauses the shell when too much is unacknowledged. */
  acknowledge(offset: number): void;
  /** Detaches; the shell goes on. */
  close(): void;
}
