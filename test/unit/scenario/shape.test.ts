import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { listShapes, loadShape, nodeNames } from '../../../engine/scenario/shape.ts';

const shapes = fileURLToPath(new URL('../../../clusters/shapes', import.meta.url));

test('every shape of the repository loads', async () => {
  const names = await listShapes(shapes);
  expect(names).toEqual(['one-worker', 'single', 'three-workers', 'two-workers']);
  const loaded = await Promise.all(names.map((name) => loadShape(shapes, name)));
  expect(loaded.flatMap(({ problems }) => problems)).toEqual([]);
  expect(loaded.map(({ shape }) => shape?.workers)).toEqual([1, 0, 3, 2]);
});

test('nodes are named by role and number', () => {
  expect(nodeNames({ name: 'x', controlPlanes: 1, workers: 3 })).toEqual(['cp1', 'w1', 'w2', 'w3']);
});

test.each([
  [
    'another name than its file',
    'name: y\ncontrolPlanes: 1\nworkers: 1',
    '3:7 the shape is called "y" but its file "x.yaml"',
  ],
  ['an unknown key', 'name: x\ncontrolPlanes: 1\nworkers: 1\nspares: 2', '6:1 unknown key "spares"'],
  ['no control plane', 'name: x\ncontrolPlanes: 0\nworkers: 1', '4:16 "controlPlanes" a shape has 1 control plane'],
  ['half a worker', 'name: x\ncontrolPlanes: 1\nworkers: 0.5', '5:10 "workers" must be a whole number, found 0.5'],
])('a shape with %s is refused', async (_, rest, said) => {
  const folder = await mkdtemp(join(tmpdir(), 'kubewright-shape-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'x.yaml'), `apiVersion: kubewright/v1\nkind: Shape\n${rest}\n`);
  const { shape, problems } = await loadShape(folder, 'x');
  expect(shape).toBeUndefined();
  expect(problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
    expect.stringContaining(said),
  ]);
});

test('a shape that is not there is a problem', async () => {
  for (const name of ['nowhere', '../shapes/single']) {
    expect((await loadShape(shapes, name)).problems).toHaveLength(1);
  }
});
