import { drainHangingFault } from './drain-hanging.ts';
import type { FaultDefinition } from './fault.ts';
import { serviceStoppedFault } from './service-stopped.ts';

/** Every kind of fault: the key is the YAML word and the file's name. */
export const faultRegistry = {
  'drain-hanging': drainHangingFault,
  'service-stopped': serviceStoppedFault,
} as const satisfies Record<string, FaultDefinition<unknown>>;
