/**
 * The witness's record: one line of its journal each, in the order of recording. `at` is wall-clock milliseconds of the
 * witness. What the checks of the procedure know, they know from here.
 */
export type TimelineEvent =
  | { readonly at: number; readonly kind: 'started' }
  /** Once a second while the witness runs, with the load since the one before: a hole between two is a gap of everything. */
  | ({ readonly at: number; readonly kind: 'tick' } & HostLoad)
  /** The witness's own numbered request reached the API server (ok) or did not. */
  | { readonly at: number; readonly kind: 'beat'; readonly beat: number; readonly ok: boolean }
  /** The audit event of that numbered request came back: the audit trail was whole up to here. */
  | { readonly at: number; readonly kind: 'echo'; readonly beat: number }
  | {
      readonly at: number;
      readonly kind: 'watch';
      readonly resource: WatchedResource;
      readonly state: 'listed' | 'lost';
    }
  | { readonly at: number; readonly kind: 'node'; readonly change: ObjectChange; readonly node: NodeFacts }
  | { readonly at: number; readonly kind: 'pod'; readonly change: ObjectChange; readonly pod: PodFacts }
  | { readonly at: number; readonly kind: 'pdb'; readonly change: ObjectChange; readonly pdb: PdbFacts }
  | { readonly at: number; readonly kind: 'act'; readonly act: Act }
  /** One line a second, node and service: requests sent through that node's port, and how many were answered 200. */
  | {
      readonly at: number;
      readonly kind: 'traffic';
      readonly service: string;
      readonly node: string;
      readonly sent: number;
      readonly ok: number;
      readonly lastError?: string;
    }
  /**
   * Each machine made as a control plane is asked once a second for its etcd; `facts` is missing when there was no
   * answer within 0.9 s. Written when something else than revision, raftIndex and sizes is new, when it begins or ceases
   * to answer, and otherwise every 2 s: a hole is a time in which nobody asked.
   */
  | { readonly at: number; readonly kind: 'etcd'; readonly node: string; readonly facts?: EtcdFacts }
  /** The same for the API server of each control plane and the version it answers with; missing when there was none. */
  | { readonly at: number; readonly kind: 'apiserver'; readonly node: string; readonly version?: string }
  /** From the node's own reporter, heard every 2 s: written when something in it has changed. */
  | { readonly at: number; readonly kind: 'machine'; readonly node: string; readonly report: MachineReport }
  /** The reporter is there and nothing has changed, every 4 s: a hole between these (and `machine`) is a gap of that node. */
  | { readonly at: number; readonly kind: 'machine-alive'; readonly node: string }
  /** The witness's own numbered object was written to the cluster (ConfigMap marker-<number>): it proves what a restore brought back. */
  | { readonly at: number; readonly kind: 'marker'; readonly marker: number };

/** What the machine under the session was like for a while; what cannot be known is missing. */
export interface HostLoad {
  /** Tasks a core that were ready to run and had to wait, on average. */
  readonly waiting?: number;
  /** Share (0 to 1) of the CPU time of all cores that went to what is not of this session: other clusters, programs, guests. */
  readonly others?: number;
}

/** What one etcd member answers over its client URL (etcd 3.6, Maintenance.Status and Cluster.MemberList). Ids are hexadecimal, as etcdctl prints them. */
export interface EtcdFacts {
  readonly clusterId: string;
  readonly memberId: string;
  /** Empty while there is no leader. */
  readonly leader: string;
  readonly version: string;
  readonly revision: number;
  readonly raftTerm: number;
  readonly raftIndex: number;
  /** Bytes. */
  readonly dbSize: number;
  readonly dbSizeInUse: number;
  /** Words such as NOSPACE and CORRUPT. */
  readonly alarms: readonly string[];
  readonly members: readonly {
    readonly id: string;
    /** Empty for a member that has been added but never started. */
    readonly name: string;
    readonly peerUrls: readonly string[];
    readonly learner: boolean;
  }[];
}

/** What a node says of itself, read on the node every 2 s by a service of the node image and sent off the node at once. */
export interface MachineReport {
  /** When PID 1 of the machine started, wall clock ms: the only evidence of a reboot (kernel and boot id are the host's). */
  readonly bootedAt: number;
  /** kubelet and containerd. startedAt: wall clock ms of the main process, 0 when it does not run. */
  readonly units: Readonly<
    Record<string, { readonly active: string; readonly file: string; readonly startedAt: number }>
  >;
  /** Version of each program file on the disk, such as kubeadm: v1.35.4; not of what runs. */
  readonly programs: Readonly<Record<string, string>>;
  /** sha256 by path of what is below /etc/kubernetes (without tmp) and of the kubelet's config.yaml and kubeadm-flags.env. */
  readonly files: Readonly<Record<string, string>>;
  /** Text in base64 by path of what is in /etc/kubernetes/manifests, each cut off at 32 KiB. */
  readonly manifests?: Readonly<Record<string, string>>;
  /** The running etcd process: when it started, and device:inode and path (as in --data-dir) of the data directory it has open. */
  readonly etcd?: { readonly startedAt: number; readonly data: string; readonly path: string };
}

export type WatchedResource = 'nodes' | 'pods' | 'poddisruptionbudgets';
/** present: seen in a (re)list or added; gone: deleted, or missing from a relist. */
export type ObjectChange = 'present' | 'gone';

export interface NodeFacts {
  readonly name: string;
  readonly uid: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly unschedulable: boolean;
  readonly kubeletVersion: string;
}

export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly phase: string;
  readonly ready: boolean;
  readonly terminating: boolean;
  /** Kind of the controlling owner; empty for a bare pod; "Mirror" for a static pod's mirror. */
  readonly owner: string;
}

export interface PdbFacts {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The spec as canonical JSON: two equal texts are equal budgets. */
  readonly spec: string;
  readonly disruptionsAllowed: number;
}

/** A write that the API server answered, from its audit trail. */
export interface Act {
  /** When the API server received the request (its clock; the same kernel's as the witness's). */
  readonly requestedAt: number;
  readonly user: string;
  readonly impersonated?: string;
  readonly userAgent: string;
  readonly verb: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly code: number;
  /** For patches and updates of nodes: what spec.unschedulable was set to, where the request said so. */
  readonly unschedulable?: boolean;
}

/** Identities the provider makes; every other user of the API is the learner, the system, or someone the learner made. */
export const identities = {
  engine: 'kubewright-engine',
  witness: 'kubewright-witness',
  /** Colleagues in the story: what a fault does in their name is not the learner's act. */
  ops: 'kubewright-ops',
  learner: 'learner',
} as const;
