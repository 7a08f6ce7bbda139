import type { CheckDefinition } from './check.ts';
import { evictionsOnlyCheck } from './evictions-only.ts';
import { fileCheck } from './file.ts';
import { nodeCheck } from './node.ts';
import { nodeDrainedCheck } from './node-drained.ts';
import { nodeMaintenanceCheck } from './node-maintenance.ts';
import { podFloorCheck } from './pod-floor.ts';
import { resourceCheck } from './resource.ts';
import { trafficCheck } from './traffic.ts';
import { unchangedCheck } from './unchanged.ts';
import { unitCheck } from './unit.ts';

/** Every kind of check: the key is the YAML word and the file's name. */
export const checkRegistry = {
  'evictions-only': evictionsOnlyCheck,
  file: fileCheck,
  node: nodeCheck,
  'node-drained': nodeDrainedCheck,
  'node-maintenance': nodeMaintenanceCheck,
  'pod-floor': podFloorCheck,
  resource: resourceCheck,
  traffic: trafficCheck,
  unchanged: unchangedCheck,
  unit: unitCheck,
} as const satisfies Record<string, CheckDefinition<unknown>>;
