import type { WaitingClusters, WaitingRow } from '../engine.ts';
import type { Provider } from '../providers/provider.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ScenarioVersions } from '../scenario/variables.ts';
import type { SessionStore } from '../store/sessions.ts';
import type { WaitingCluster } from '../store/waiting.ts';
import type { Clock } from '../system/clock.ts';
import { type ClusterKind, clusterKindOf, nameKind } from './cluster-kind.ts';
import { createDozers, type DozeDependencies } from './doze.ts';
import { isAlive, ownProcess } from './owner.ts';

/** A kubeadm token in a waiting cluster lasts for a day from when it was made, and its record grows by about 1 MB an hour. */
const mostAgeMs = 6 * 3_600_000;
const lookEveryMs = 2_000;
/** After a refill that failed, such as for want of disk. */
const againAfterMs = 60_000;

export interface PoolDependencies {
  readonly provider: Pick<Provider, 'admit' | 'create' | 'destroy' | 'missing' | 'usage'> &
    DozeDependencies['provider'];
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly scenarios: () => Promise<readonly Scenario[]>;
  /** Scenarios that were passed: their clusters are less likely to be wanted again. */
  readonly passed: () => ReadonlySet<string>;
  /** Tag of the node image for these minors. */
  readonly nodeImage: (versions: ScenarioVersions) => Promise<string>;
}

interface WantedKind {
  readonly kind: ClusterKind;
  readonly scenarios: readonly string[];
}

export interface Pool extends WaitingClusters {
  /**
   * Keeps so many clusters waiting until the signal fires, and takes those that nobody has taken down then. A cluster is
   * made while no session is.
   */
  keep(options: {
    readonly size: number;
    readonly signal: AbortSignal;
    readonly onSay: (line: string) => void;
    readonly onError: (error: unknown) => void;
  }): Promise<void>;
}

export function createPool(dependencies: PoolDependencies): Pool {
  const { provider, store, clock } = dependencies;
  let wanted = 0;
  /** Of those that this process has made: how long that took, and the CPU time they had had then. */
  const made = new Map<string, { readonly tookMs: number; readonly cpuMs: number }>();
  /** The kinds that scenarios want, by name. */
  let kinds: ReadonlyMap<string, WantedKind> = new Map();

  const learnKinds = async (): Promise<void> => {
    const images = new Map<string, Promise<string>>();
    const learned = new Map<string, { kind: ClusterKind; scenarios: string[] }>();
    for (const scenario of await dependencies.scenarios()) {
      const kind = clusterKindOf(scenario);
      const versions = `${kind.minor} ${kind.upgradeTo ?? ''}`;
      const image = images.get(versions) ?? dependencies.nodeImage(scenario.versions);
      images.set(versions, image);
      const name = nameKind(kind, await image);
      const known = learned.get(name);
      if (known === undefined) learned.set(name, { kind, scenarios: [scenario.id] });
      else known.scenarios.push(scenario.id);
    }
    kinds = learned;
  };

  const takeDown = async ({ id }: Pick<WaitingCluster, 'id'>): Promise<void> => {
    await dozers.end(id);
    await provider.destroy(id);
    store.waiting.remove(id);
    made.delete(id);
    wakeful.delete(id);
  };
  /** Whether it is still good; what a drill has taken meanwhile is not ours any more. */
  const drop = async (cluster: WaitingCluster): Promise<void> => {
    if (store.waiting.takeOver(cluster.id, cluster.owner, ownProcess())) await takeDown(cluster);
  };
  const makeOne = async (name: string, kind: ClusterKind, signal: AbortSignal): Promise<void> => {
    await provider.admit();
    const id = dependencies.newId();
    let begunAt = clock.monotonic();
    store.waiting.add({ id, kind: name, owner: ownProcess() });
    try {
      const { shape, minor, upgradeTo } = kind;
      const request = { session: id, shape, minor, upgradeTo, markers: false, probes: [], golden: 'make' as const };
      // What others will be restored from, too, is nothing that whoever takes this one would have waited for.
      const onBegin = () => {
        begunAt = clock.monotonic();
      };
      const cluster = await provider.create({ ...request, ahead: true, progress: () => {}, onBegin, signal });
      await cluster.close();
      const tookMs = Math.round(clock.monotonic() - begunAt);
      made.set(id, { tookMs, cpuMs: (await provider.usage(id)).cpuMs });
      store.waiting.ready(id, clock.now());
    } catch (error) {
      await takeDown({ id });
      throw error;
    }
  };
  const mine = () => store.waiting.all().filter(({ owner }) => owner === ownProcess());
  const dozers = createDozers({ provider, clock });
  /** Those that could not be stopped are not tried again: they wait wide awake, as good as any other. */
  const wakeful = new Set<string>();
  /** Until somebody takes it. Several control planes would vote for another leader at each awakening. */
  const letDoze = (
    { id, kind: name }: WaitingCluster,
    signal: AbortSignal,
    onError: (error: unknown) => void,
  ): void => {
    if (dozers.has(id) || wakeful.has(id) || kinds.get(name)?.kind.shape.controlPlanes !== 1) return;
    dozers.begin(id, {
      isFree: () => mine().some((cluster) => cluster.id === id && cluster.readyAt !== undefined),
      signal,
      onError(error) {
        wakeful.add(id);
        onError(error);
      },
    });
  };
  const isBusy = () => store.all().some(({ state, owner }) => state === 'provisioning' && isAlive(owner));

  return {
    async keep({ size, signal, onSay, onError }) {
      wanted = size;
      let notBefore = 0;
      while (!signal.aborted) {
        try {
          for (const cluster of mine()) {
            const tooOld = clock.now() - (cluster.readyAt ?? clock.now()) > mostAgeMs;
            if (tooOld || (await provider.missing(cluster.id)).length > 0) await drop(cluster);
            else if (cluster.readyAt !== undefined) letDoze(cluster, signal, onError);
          }
          if (mine().length < size && !isBusy() && clock.monotonic() >= notBefore) {
            await learnKinds();
            const next = likeliest(kinds, mine(), dependencies.passed());
            if (next !== undefined) {
              onSay(`making a cluster ahead: ${inWords(next.kind)}`);
              await makeOne(next.name, next.kind, signal);
              onSay(`a cluster waits: ${inWords(next.kind)}; it fits ${next.scenarios.length} drills`);
            }
          }
        } catch (error) {
          notBefore = clock.monotonic() + againAfterMs;
          if (!signal.aborted) onError(error);
        }
        await clock.sleep(lookEveryMs, signal).catch(() => {});
      }
      const left = mine();
      if (left.length > 0) onSay(`taking down ${left.length === 1 ? 'the cluster' : 'the clusters'} that waited`);
      await Promise.all(left.map(drop));
    },
    async state() {
      const waiting = store.waiting.all().filter(({ owner }) => isAlive(owner));
      if (waiting.some(({ kind }) => !kinds.has(kind))) await learnKinds();
      return { size: wanted, waiting: (await Promise.all(waiting.map(toRow))).flat() };
    },
  };

  /** Nothing for a kind that no scenario wants any more: it goes at the next look. */
  async function toRow({ id, kind: name, readyAt }: WaitingCluster): Promise<WaitingRow[]> {
    const known = kinds.get(name);
    if (known === undefined) return [];
    const { shape, minor, upgradeTo } = known.kind;
    const versions = { from: minor, ...(upgradeTo === undefined ? {} : { to: upgradeTo }) };
    const row = { id, shape: shape.name, versions, scenarios: known.scenarios };
    if (readyAt === undefined) return [row];
    const before = made.get(id);
    const usage = await provider.usage(id).catch(() => undefined);
    const ageMs = clock.now() - readyAt;
    return [
      {
        ...row,
        readyAt: new Date(readyAt).toISOString(),
        ...(before === undefined ? {} : { tookMs: before.tookMs }),
        ...(usage === undefined ? {} : { memoryBytes: usage.memoryBytes }),
        ...(usage === undefined || before === undefined || ageMs <= 0
          ? {}
          : { cores: Math.round(((usage.cpuMs - before.cpuMs) / ageMs) * 100) / 100 }),
      },
    ];
  }
}

/**
 * The kind that most scenarios want that were not passed yet, after what waits already is counted off: with more than one
 * place, places are shared out as seats are in an election (D'Hondt).
 */
export function likeliest(
  kinds: ReadonlyMap<string, WantedKind>,
  waiting: readonly Pick<WaitingCluster, 'kind'>[],
  passed: ReadonlySet<string>,
): ({ readonly name: string } & WantedKind) | undefined {
  const weigh = (name: string, scenarios: readonly string[]) => {
    const open = scenarios.filter((id) => !passed.has(id)).length;
    // When all are passed, all are as likely again.
    const votes = open + scenarios.length / 1000;
    return votes / (1 + waiting.filter(({ kind }) => kind === name).length);
  };
  return [...kinds]
    .map(([name, { kind, scenarios }]) => ({ name, kind, scenarios, weight: weigh(name, scenarios) }))
    .toSorted((a, b) => b.weight - a.weight)[0];
}

function inWords({ shape, minor, upgradeTo }: ClusterKind): string {
  return `${shape.name}, Kubernetes ${minor}${upgradeTo === undefined ? '' : ` with ${upgradeTo}`}`;
}
