import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findReferences, listVariables, substitute } from '../../../engine/scenario/variables.ts';

test('a scenario has its versions and the names of its nodes as variables', () => {
  const shape = { name: 'two', controlPlanes: 1, workers: 2, spares: 0 };
  expect(listVariables(shape, { from: '1.34', to: '1.35' })).toEqual({
    FROM: '1.34',
    TO: '1.35',
    AFTER_TO: '1.36',
    CONTROL_PLANE: 'cp1',
    WORKER_1: 'w1',
    WORKER_2: 'w2',
  });
  expect(listVariables({ ...shape, workers: 0 }, { from: '1.34' })).toEqual({ FROM: '1.34', CONTROL_PLANE: 'cp1' });
  expect(listVariables({ name: 'ha', controlPlanes: 3, workers: 1, spares: 1 }, { from: '1.34' })).toEqual({
    FROM: '1.34',
    CONTROL_PLANE: 'cp1',
    CONTROL_PLANE_2: 'cp2',
    CONTROL_PLANE_3: 'cp3',
    WORKER_1: 'w1',
    SPARE_1: 'w2',
  });
});

test('variables are filled in deep, in strings only, and once', () => {
  const value = { '${A}': ['${A}${B}', 1, null, true, { inner: 'x${A}y $A ${a} ${toString}' }] };
  expect(substitute(value, { A: '${B}', B: 'b' })).toEqual({
    '${A}': ['${B}b', 1, null, true, { inner: 'x${B}y $A ${a} ${toString}' }],
  });
});

test('a value with replacement patterns is taken literally', () => {
  expect(substitute('<${A}>', { A: "$& $1 $' $$" })).toBe("<$& $1 $' $$>");
});

test('a value without references stays as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!JSON.stringify(value).includes('${'));
      expect(JSON.stringify(substitute(value, { A: 'x' }))).toBe(JSON.stringify(value));
    }),
  );
});

test('references are found with their places', () => {
  expect(findReferences('a ${B} $C ${d_1} ${2} ${}')).toEqual([
    { name: 'B', offset: 2 },
    { name: 'd_1', offset: 10 },
  ]);
});
