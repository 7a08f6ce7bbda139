import { join } from 'node:path';
import Dockerode from 'dockerode';
import { admitSession, createSystemHost, findKubeadmFlags } from '../clusters/host/index.ts';
import { ensureImages, ensureTools, findImages } from '../clusters/images/index.ts';
import { checkRegistry } from './checks/registry.ts';
import { type Cleaned, type CleanOptions, cleanUp } from './drill/clean.ts';
import { createDrills, type Drills } from './drill/drills.ts';
import { createShelf } from './drill/shelf.ts';
import { faultRegistry } from './faults/registry.ts';
import { createKindProvider } from './providers/kind/provider.ts';
import type { LoadDependencies } from './scenario/load.ts';
import { openDatabase } from './store/database.ts';
import { createSessionStore } from './store/sessions.ts';
import { systemClock } from './system/clock.ts';
import { systemExec } from './system/exec.ts';
import { installationRoot, stateRoot } from './system/paths.ts';

/** Everything put together: the one place that names concrete providers, stores and effects. */
export interface Kubewright {
  readonly engine: Drills;
  readonly scenarios: ScenarioPlace;
  readonly clean: (options: CleanOptions & { onSession: (session: string) => void }) => Promise<Cleaned>;
  /** Tag of the node image a minor is drilled on. */
  readonly nodeImage: (minor: string) => Promise<string>;
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
    images: (minor, progress, signal) => ensureImages(images(progress, signal), { minor }),
    kind: async (progress, signal) => (await ensureTools(images(progress, signal))).kind,
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
  });
  return {
    engine,
    scenarios,
    clean: (options) => cleanUp(provider, store, options),
    nodeImage: async (minor) =>
      (
        await findImages(
          images(() => {}),
          { minor },
        )
      ).set.node,
  };
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
