import { askEngine } from './engine-facts.ts';
import { type EnginePlace, machineEngine } from './engine-place.ts';
import type { Finding } from './findings.ts';
import type { HostAccess, LabParts, Purpose } from './host-access.ts';
import type { Inspection, InspectionContext } from './inspection.ts';
import { inspectBrowser } from './inspections/browser.ts';
import { inspectBuildPrograms } from './inspections/build-programs.ts';
import { inspectCgroups } from './inspections/cgroups.ts';
import { inspectDisk } from './inspections/disk.ts';
import { inspectEngine } from './inspections/engine.ts';
import { inspectGo } from './inspections/go.ts';
import { inspectInotify } from './inspections/inotify.ts';
import { inspectKind } from './inspections/kind.ts';
import { inspectKubectl } from './inspections/kubectl.ts';
import { inspectMemory } from './inspections/memory.ts';
import { inspectNodeImages } from './inspections/node-images.ts';
import { inspectNodeVersion } from './inspections/node-version.ts';
import { inspectPlatform } from './inspections/platform.ts';
import { inspectPort } from './inspections/port.ts';
import { inspectPrivileges } from './inspections/privileges.ts';
import { inspectRootOnNode } from './inspections/root-on-node.ts';
import { inspectCompose, inspectScreenPrograms } from './inspections/test-programs.ts';
import { readMachine } from './machine-facts.ts';

export interface HostDeps {
  readonly host: HostAccess;
  readonly lab: LabParts;
  /** The engine that would be started; the machine's unless a test says otherwise. */
  readonly place?: EnginePlace;
}

export interface InspectOptions {
  /** Tests need a browser besides. Default: drills. */
  readonly purpose?: Purpose;
  /** Of the web page. Default 7080. */
  readonly port?: number;
}

/** Everything the doctor looks at, in the order it is shown. */
const inspections: readonly Inspection[] = [
  inspectPlatform,
  inspectEngine,
  inspectPrivileges,
  inspectCgroups,
  inspectInotify,
  inspectMemory,
  inspectDisk,
  inspectPort,
  inspectNodeVersion,
  inspectKind,
  inspectNodeImages,
  inspectBuildPrograms,
  inspectGo,
  inspectKubectl,
  inspectBrowser,
  inspectCompose,
  inspectScreenPrograms,
  inspectRootOnNode,
];

/** Looks at the host without changing anything. Findings are in a fixed order. */
export async function inspectHost(deps: HostDeps, options: InspectOptions = {}): Promise<Finding[]> {
  const engine = await askEngine(deps.host);
  const purpose = options.purpose ?? 'drills';
  const context: InspectionContext = {
    host: deps.host,
    lab: deps.lab,
    place: deps.place ?? machineEngine,
    machine: await readMachine(deps.host),
    engine,
    missingImages: engine.state === 'answers' ? await deps.lab.missingImages(purpose) : undefined,
    purpose,
    port: options.port ?? 7080,
  };
  const findings: Finding[] = [];
  for (const inspection of inspections) findings.push(await inspection(context));
  return findings;
}
