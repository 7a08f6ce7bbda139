import { z } from 'zod';
import { type CheckKinds, checkFields, type FaultKind, type FaultKinds, scenarioOf, shapeOfKind } from './schema.ts';

/**
 * The format of scenario files as JSON Schema (draft 2020-12), for editors: one form for each kind. It knows the
 * structure; what depends on several keys or on other files only the loader and the linter say.
 */
export function createScenarioJsonSchema(kinds: {
  readonly faults: FaultKinds;
  readonly checks: CheckKinds;
}): z.core.JSONSchema.BaseSchema {
  const faultForms = Object.values(kinds.faults).map((kind) => formOf(kind, {}));
  const checkForms = Object.values(kinds.checks).map((kind) =>
    formOf(kind, { ...checkFields, mode: z.enum(kind.modes).default(kind.modes[0]) }),
  );
  return {
    title: 'kubewright scenario',
    ...z.toJSONSchema(scenarioOf(z.union(faultForms), z.union(checkForms)), { io: 'input', unrepresentable: 'any' }),
  };
}

/** A kind whose schema is no plain object keeps its keys open for editors; the loader is strict all the same. */
function formOf(kind: FaultKind, common: z.core.$ZodLooseShape) {
  const fields = { kind: z.literal(kind.kind), ...common, ...shapeOfKind(kind) };
  return (kind.schema instanceof z.ZodObject ? z.strictObject(fields) : z.looseObject(fields)).describe(kind.summary);
}
