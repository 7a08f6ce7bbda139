import type { ClusterNode } from './config.ts';

/**
 * Who may send what to the listener: everybody on the session's network can reach it, the learner's host among them. The
 * provider fixes the machines' addresses, and each machine speaks for itself only. Root on a control plane can still say
 * what it likes there, as it can stop the API server: that is not hidden, and what is missing then is a gap.
 */
export interface Senders {
  /** From now on only these machines. Before, while the cluster is being made, there is nobody else on the network yet. */
  use(nodes: readonly Pick<ClusterNode, 'name' | 'address' | 'role'>[]): void;
  /** Whether an API server may run at that address: on a control plane, or on a spare machine, which can become one. */
  mayBeApiServer(address: string | undefined): boolean;
  mayReport(node: string, address: string | undefined): boolean;
}

export function createSenders(): Senders {
  let known: ReadonlyMap<string, Pick<ClusterNode, 'name' | 'role'>> | undefined;
  return {
    use(nodes) {
      known = new Map(nodes.map((node) => [node.address, node]));
    },
    mayBeApiServer(address) {
      if (known === undefined) return true;
      const machine = known.get(plain(address));
      return machine !== undefined && machine.role !== 'worker';
    },
    mayReport: (node, address) => known === undefined || known.get(plain(address))?.name === node,
  };
}

/** An IPv4 address as it is written where the socket listens on IPv6, too. */
function plain(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/, '');
}
