import type { Cluster, Provider } from '../providers/provider.ts';
import { type Clock, retryUntil } from '../system/clock.ts';

/**
 * Shorter than what a control plane allows a kubelet to be silent (40 to 50 s): after a longer time the node lifecycle
 * controller wakes to leases that are all too old, and calls every node NotReady before the kubelets have said a word.
 */
export const stillMs = 25_000;
/** Until all kubelets have renewed their leases; on a busy machine that takes a while. */
const breathWithinMs = 10_000;
const lookEveryMs = 250;
/** What hears of the leases by a watch hears of them a moment after us. */
const afterwardsMs = 500;

export interface DozeDependencies {
  readonly provider: Pick<Provider, 'open' | 'standStill' | 'wake' | 'isStill'>;
  readonly clock: Clock;
}

/**
 * Lets a cluster that nobody works with stand still nearly all of the time: 25 s, then it runs until every kubelet has
 * spoken for its node. So it costs next to no CPU, and whoever wakes it finds every node Ready and no pod restarted.
 * @param isFree whether nobody has taken the cluster meanwhile; asked around everything that stops it
 * @returns when the signal fires, somebody else has woken the cluster or it is free no more; it runs then
 */
export async function doze(
  { provider, clock }: DozeDependencies,
  session: string,
  { isFree, signal }: { readonly isFree: () => boolean; readonly signal: AbortSignal },
): Promise<void> {
  const cluster = await provider.open(session);
  try {
    while (isFree() && !signal.aborted) {
      await provider.standStill(session);
      // Taken while it was being stopped: whoever took it has woken it before there was anything to wake.
      if (!isFree()) return;
      await clock.sleep(stillMs, signal).catch(() => {});
      if (!(await provider.isStill(session))) return;
      await provider.wake(session);
      await breathe(cluster, clock, signal);
    }
  } finally {
    await provider.wake(session);
    await cluster.close();
  }
}

/** The clusters that doze because of this process. */
export interface Dozers {
  has(session: string): boolean;
  /**
   * Lets one doze, beside whatever else goes on.
   * @param how.onError what went wrong with one that is still free
   * @param how.onEnd when it runs again, whatever the reason
   */
  begin(
    session: string,
    how: Parameters<typeof doze>[2] & { readonly onError: (error: unknown) => void; readonly onEnd?: () => void },
  ): void;
  /** Resolves when it runs; at once for one that does not doze. */
  end(session: string): Promise<void>;
  /** Resolves when none dozes any more. */
  ended(): Promise<void>;
}

export function createDozers(dependencies: DozeDependencies): Dozers {
  const dozing = new Map<string, { readonly over: AbortController; readonly ended: Promise<void> }>();
  return {
    has: (session) => dozing.has(session),
    begin(session, { isFree, signal, onError, onEnd = () => {} }) {
      const over = new AbortController();
      const ended = doze(dependencies, session, { isFree, signal: AbortSignal.any([over.signal, signal]) })
        .catch((error: unknown) => {
          if (isFree()) onError(error);
        })
        .finally(() => {
          dozing.delete(session);
          onEnd();
        });
      dozing.set(session, { over, ended });
    },
    async end(session) {
      const it = dozing.get(session);
      it?.over.abort();
      await it?.ended;
    },
    async ended() {
      await Promise.all([...dozing.values()].map(({ ended }) => ended));
    },
  };
}

interface Lease {
  readonly spec: { readonly renewTime?: string | Date };
}

/** Until every kubelet has renewed the lease of its node, and a moment longer; not long where no API server answers. */
async function breathe({ kube }: Cluster, clock: Clock, signal: AbortSignal): Promise<void> {
  const wokenAt = clock.now();
  const kind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'kube-node-lease' };
  try {
    await retryUntil(clock, { withinMs: breathWithinMs, everyMs: lookEveryMs, signal }, async () => {
      const leases = await kube.list<Lease>(kind).catch(() => []);
      return leases.every(({ spec }) => new Date(spec.renewTime ?? 0).getTime() >= wokenAt) ? true : undefined;
    });
    await clock.sleep(afterwardsMs, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
