import { join } from 'node:path';
import Dockerode from 'dockerode';
import { admitSession, createSystemHost, findKubeadmFlags, hasCgroupV1 } from '../clusters/host/index.ts';
import { ensureImages, ensureLoadBalancer, ensureTools, findImages } from '../clusters/images/index.ts';
import { loadBalancerImage, versionsOf } from '../clusters/node-image/versions.ts';
import { checkRegistry } from './checks/registry.ts';
import { type Cleaned, type CleanOptions, cleanUp } from './drill/clean.ts';
import { createDrills, type Drills, type Release } from './drill/drills.ts';
import { isAlive, ownProcess } from './drill/owner.ts';
import { createShelf } from './drill/shelf.ts';
import { faultRegistry } from './faults/registry.ts';
import { createKindProvider } from './providers/kind/provider.ts';
import type { Provider } from './providers/provider.ts';
import type { LoadDependencies } from './scenario/load.ts';
import type { ScenarioVersions } from './scenario/variables.ts';
import { openDatabase } from './store/database.ts';
import { createSessionStore } from './store/sessions.ts';
import { systemClock } from './system/clock.ts';
import { systemExec } from './system/exec.ts';
import { installationRoot, stateRoot } from './system/paths.ts';
import { freePort } from './system/ports.ts';

/** Everything put together: the one place that names concrete providers, stores and effects. */
export interface Kubewright {
  readonly engine: Drills;
  readonly provider: Provider;
  readonly scenarios: ScenarioPlace;
  readonly clean: (options: CleanOptions & { onSession: (session: string) => void }) => Promise<Cleaned>;
  /** Tag of the node image that a scenario of these versions is drilled on. */
  readonly nodeImage: (versions: ScenarioVersions) => Promise<string>;
}

export interface ScenarioPlace {
  readonly folder: string;
  readonly dependencies: LoadDependencies;
}

/** @param scenariosFolder other scenarios than the installation's. */
export function compose(scenariosFolder?: string): Kubewright {
  const root = installationRoot();
  const scenarios = scenarioPlace(scenariosFolder);
  const state = stateRoot();
  const host = createSystemHost();
  const store = createSessionStore(openDatabase(join(state, 'kubewright.db')));
  const images = (progress: (line: string) => void, signal?: AbortSignal) => ({
    exec: systemExec,
    progress,
    ...(signal === undefined ? {} : { signal }),
  });
  const provider = createKindProvider({
    exec: systemExec,
    clock: systemClock,
    dockerode: new Dockerode(),
    stateFolder: state,
    admit: () => admitSession(host),
    images: (wanted, progress, signal) => ensureImages(images(progress, signal), wanted),
    loadBalancer: async (progress, signal) => {
      await ensureLoadBalancer(images(progress, signal));
      return loadBalancerImage;
    },
    cgroupV1: () => hasCgroupV1(host),
    kind: async (progress, signal) => (await ensureTools(images(progress, signal))).kind,
    freePort,
    owner: { own: ownProcess, isAlive },
  });
  const engine = createDrills({
    provider,
    store,
    clock: systemClock,
    faults: faultRegistry,
    checks: checkRegistry,
    scenarios: createShelf(scenarios.folder, scenarios.dependencies),
    packsFolder: join(root, 'clusters', 'workloads'),
    kubeadmFlags: () => findKubeadmFlags(host),
    releases: async ({ from, to }, progress, signal) => {
      const wanted = { minor: from, upgradeTo: to };
      const found = await findImages(images(progress, signal), wanted);
      const { kubernetes, upgradeKubernetes } = found.decided
        ? found.set
        : await ensureImages(images(progress, signal), wanted);
      return {
        from: releaseOf(from, kubernetes),
        ...(to === undefined || upgradeKubernetes === undefined ? {} : { to: releaseOf(to, upgradeKubernetes) }),
      };
    },
  });
  return {
    engine,
    provider,
    scenarios,
    clean: (options) => cleanUp(provider, store, options),
    nodeImage: async ({ from, to }) => {
      const found = await findImages(
        images(() => {}),
        { minor: from, ...(to === undefined ? {} : { upgradeTo: to }) },
      );
      return found.set.node;
    },
  };
}

function releaseOf(minor: string, kubernetes: string): Release {
  const { etcdTag, coredns } = versionsOf(minor);
  return { kubernetes, etcd: etcdTag, coredns: `v${coredns}` };
}

/** Where scenarios are and what their files are checked against; touches neither engine nor store. */
export function scenarioPlace(scenariosFolder?: string): ScenarioPlace {
  const root = installationRoot();
  const clusters = join(root, 'clusters');
  return {
    folder: scenariosFolder ?? join(root, 'scenarios'),
    dependencies: {
      faults: faultRegistry,
      checks: checkRegistry,
      shapesFolder: join(clusters, 'shapes'),
      workloadsFolder: join(clusters, 'workloads'),
      engineFolder: import.meta.dirname,
    },
  };
}
