import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import {
  admitSession,
  createDiskGauge,
  createSystemHost,
  findKubeadmFlags,
  hasCgroupV1,
} from '../clusters/host/index.ts';
import { ensureImages, ensureLoadBalancer, ensureTools, findImages } from '../clusters/images/index.ts';
import { loadBalancerImage, versionsOf } from '../clusters/node-image/versions.ts';
import { checkRegistry } from './checks/registry.ts';
import { createDiary } from './debrief/diary.ts';
import { createRecords } from './debrief/records.ts';
import { type Cleaned, type CleanOptions, cleanUp } from './drill/clean.ts';
import { createDiskWatch, type WatchDisk } from './drill/disk-watch.ts';
import { createDozing, type Dozing } from './drill/dozing.ts';
import { createDrills, type Drills, newId, type Release } from './drill/drills.ts';
import { isAlive, ownProcess } from './drill/owner.ts';
import { createPool, type Pool } from './drill/pool.ts';
import { createRecovery, type Recover } from './drill/recover.ts';
import { createShelf } from './drill/shelf.ts';
import type { Exams, Records } from './engine.ts';
import { createExams } from './exam/exams.ts';
import { withExamRules } from './exam/rules.ts';
import { faultRegistry } from './faults/registry.ts';
import { createKindProvider } from './providers/kind/provider.ts';
import type { Provider } from './providers/provider.ts';
import type { LoadDependencies } from './scenario/load.ts';
import type { ScenarioVersions } from './scenario/variables.ts';
import { openDatabase } from './store/database.ts';
import { createExamStore } from './store/exams.ts';
import { createResultStore } from './store/results.ts';
import { createSessionStore } from './store/sessions.ts';
import { systemClock } from './system/clock.ts';
import { systemExec } from './system/exec.ts';
import { installationRoot, stateRoot } from './system/paths.ts';
import { freePort } from './system/ports.ts';
import { endProcessesWith } from './system/processes.ts';

/** Everything put together: the one place that names concrete providers, stores and effects. */
export interface Kubewright {
  readonly engine: Drills;
  readonly provider: Provider;
  readonly exams: Exams;
  readonly records: Records;
  readonly scenarios: ScenarioPlace;
  readonly recover: Recover;
  readonly pool: Pool;
  readonly dozing: Dozing;
  readonly watchDisk: WatchDisk;
  readonly clean: (options: CleanOptions & { onSession: (session: string) => void }) => Promise<Cleaned>;
  /** Tag of the node image that a scenario of these versions is drilled on. */
  readonly nodeImage: (versions: ScenarioVersions) => Promise<string>;
}

export interface ScenarioPlace {
  readonly folder: string;
  readonly dependencies: LoadDependencies;
}

/** With fewer cores, making a cluster slows down the one that the learner works on. */
const coresForTwo = 4;

/** @param scenariosFolder other scenarios than the installation's. */
export function compose(scenariosFolder?: string): Kubewright {
  const root = installationRoot();
  const scenarios = scenarioPlace(scenariosFolder);
  const state = stateRoot();
  const host = createSystemHost();
  const database = openDatabase(join(state, 'kubewright.db'));
  const store = createSessionStore(database);
  const results = createResultStore(database);
  const examStore = createExamStore(database);
  const shelf = createShelf(scenarios.folder, scenarios.dependencies);
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
    endChildren: endProcessesWith,
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
  const nodeImage = async ({ from, to }: ScenarioVersions) => {
    const found = await findImages(
      images(() => {}),
      { minor: from, ...(to === undefined ? {} : { upgradeTo: to }) },
    );
    return found.set.node;
  };
  const drills = createDrills({
    provider,
    nodeImage,
    diary: createDiary({ results, sessions: store }),
    inExam: (session) => exams.runningExamOf(session) !== undefined,
    store,
    clock: systemClock,
    faults: faultRegistry,
    checks: checkRegistry,
    scenarios: shelf,
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
  const exams: Exams = createExams({
    ...{ drills, results, newId, sessions: store, store: examStore, clock: systemClock },
    ahead: availableParallelism() >= coresForTwo,
  });
  const dozing = createDozing({
    ...{ provider, store, clock: systemClock },
    loadFolder: (folder) => shelf.loadFolder(folder),
    inExam: (session) => exams.runningExamOf(session) !== undefined,
  });
  return {
    engine: withExamRules(dozing.around(drills), exams),
    dozing,
    exams,
    records: createRecords({ results, exams: examStore, scenarios: shelf }),
    provider,
    scenarios,
    recover: createRecovery({ provider, store, clock: systemClock }),
    pool: createPool({
      ...{ provider, store, newId, nodeImage, clock: systemClock },
      scenarios: () => shelf.all(),
      passed: () => new Set(results.all().flatMap((it) => (it.verdict.operations === 'passed' ? [it.scenario] : []))),
    }),
    watchDisk: createDiskWatch({ provider, store, clock: systemClock, freeBytes: createDiskGauge(host) }),
    clean: (options) => cleanUp(provider, store, options),
    nodeImage,
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
