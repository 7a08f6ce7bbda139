import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkRegistry } from '../../../engine/checks/registry.ts';
import { faultRegistry } from '../../../engine/faults/registry.ts';
import { createScenarioJsonSchema } from '../../../engine/scenario/json-schema.ts';
import { createScenarioSchema } from '../../../engine/scenario/schema.ts';
import { smallChecks, smallFaults } from './small-kinds.ts';

describe('the JSON Schema of scenario files', () => {
  test('is up to date; "npx vitest run --project unit test/unit/scenario/json-schema.test.ts -u" writes it anew', async () => {
    const schema = createScenarioJsonSchema({ faults: faultRegistry, checks: checkRegistry });
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
      '../../../engine/scenario/scenario.schema.json',
    );
  });

  test('has a form for each kind, with its own keys and the common ones', () => {
    const text = JSON.stringify(createScenarioJsonSchema({ faults: smallFaults, checks: smallChecks }));
    const schema = JSON.parse(text) as {
      properties: { tasks: { items: { properties: { checks: { items: { anyOf: Form[] } } } } } };
    };
    const forms = schema.properties.tasks.items.properties.checks.items.anyOf;
    expect(forms.map((form) => form.properties['kind']?.const)).toEqual(['door', 'traffic']);
    expect(Object.keys(forms[0]?.properties ?? {})).toEqual(
      'kind id role mode within holdsAtStart node is width'.split(' '),
    );
    expect(forms[1]?.properties['mode']?.enum).toEqual(['hold']);
    expect(forms.map((form) => form.additionalProperties)).toEqual([false, false]);
    expect(forms[0]?.required).toEqual(['kind', 'id', 'node', 'is']);
  });

  test('lies where the scenarios name it', async () => {
    const written = await readFile(new URL('../../../engine/scenario/scenario.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(written)).toMatchObject({ title: 'kubewright scenario', additionalProperties: false });
  });
});

interface Form {
  readonly properties: Readonly<Record<string, { readonly const?: string; readonly enum?: string[] }>>;
  readonly additionalProperties: boolean;
  readonly required: readonly string[];
}

test('a kind may not have a key that every check has', () => {
  const schema = z.strictObject({ within: z.string() });
  const checks = { odd: { kind: 'odd', summary: 'Odd.', schema, modes: ['assert'] as const } };
  expect(() => createScenarioSchema({}, checks)).toThrow('the kind "odd" may not have a key within of its own');
});
