import type Dockerode from 'dockerode';

/**
 * A cluster at rest: made by kind on a subnet of its own, brought to a standstill, and kept as images of its machines.
 * A cluster restored from it has the addresses, certificates and objects of the one that was made.
 */
export interface GoldenState {
  /** Hash of everything that went in, see key.ts. */
  readonly key: string;
  /** The subnet its addresses belong to: one restored cluster at a time. */
  readonly slot: number;
  /** Wall clock ms. */
  readonly bakedAt: number;
  /** What it takes on the disk beyond the images that its machines were made from. */
  readonly bytes: number;
  /** Nodes in kind's order, then the load balancer, if there is one. */
  readonly machines: readonly GoldenMachine[];
  /** What the cluster knew of itself at rest: as long as it still says so, nobody has looked since. */
  readonly memory: ClusterMemory;
}

export interface GoldenMachine {
  /** cp1, w1 … or lb. */
  readonly name: string;
  readonly role: 'control-plane' | 'worker' | 'load-balancer';
  /** Ending of its container's name, after the name of the session's cluster. */
  readonly suffix: string;
  /** Id of its image; missing for the machine whose image carries this description. */
  readonly image?: string;
  readonly address: string;
  /** Names on the network that the cluster's own files call it by. */
  readonly aliases: readonly string[];
  /** How kind made its container, with the image it was made from. */
  readonly container: Dockerode.ContainerCreateOptions;
}

export interface ClusterMemory {
  /** Node -> when its lease was last renewed. */
  readonly leases: Readonly<Record<string, string>>;
  /** Ids of the containers of all pods. */
  readonly containers: readonly string[];
}

/** On the image of a state that is made last: its description. Without it there is no state. */
export const stateLabel = 'kubewright.golden.state';
/** On every image of a state, finished or not: the name of the cluster it was taken from. */
export const partLabel = 'kubewright.golden.part';

/** JSON in base64: a label in a Dockerfile would have `$` and quotes of its own. */
export function describe(state: GoldenState): string {
  return Buffer.from(JSON.stringify(state)).toString('base64');
}

/** @throws SyntaxError for what describe() has not written. */
export function readDescription(text: string): GoldenState {
  return JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as GoldenState;
}
