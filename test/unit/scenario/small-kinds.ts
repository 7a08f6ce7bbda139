import { z } from 'zod';
import type { CheckKinds, FaultKinds } from '../../../engine/scenario/schema.ts';

/** Kinds that exist in these tests only: the loader must not care what kinds there are. */
export const smallFaults: FaultKinds = {
  'door-jammed': {
    kind: 'door-jammed',
    summary: 'A door does not open.',
    schema: z.strictObject({ node: z.string().min(1), hard: z.boolean().optional() }),
  },
};

export const smallChecks: CheckKinds = {
  door: {
    kind: 'door',
    summary: 'A door is open or shut.',
    schema: z
      .strictObject({ node: z.string().min(1), is: z.enum(['open', 'shut']), width: z.int().optional() })
      .refine((spec) => spec.is === 'open' || spec.width === undefined, 'only an open door has a width'),
    modes: ['assert', 'converge'],
  },
  traffic: {
    kind: 'traffic',
    summary: 'A service answers.',
    schema: z.strictObject({ service: z.string() }),
    modes: ['hold'],
  },
};
