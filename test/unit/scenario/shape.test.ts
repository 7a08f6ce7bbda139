import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { listMachines, listShapes, loadShape } from '../../../engine/scenario/shape.ts';

const shapes = fileURLToPath(new URL('../../../clusters/shapes', import.meta.url));

test('every shape of the repository loads', async () => {
  const names = await listShapes(shapes);
  const loaded = await Promise.all(names.map((name) => loadShape(shapes, name)));
  expect(loaded.flatMap(({ problems }) => problems)).toEqual([]);
  const inWords = loaded.map(({ shape }) => shape && [shape.name, ...listMachines(shape).map(({ name }) => name)]);
  expect(inWords.map((words) => words?.join(' '))).toEqual([
    'ha-two-workers cp1 cp2 cp3 w1 w2',
    'ha cp1 cp2 cp3 w1',
    'one-worker-one-spare cp1 w1 w2',
    'one-worker cp1 w1',
    'single cp1',
    'three-workers cp1 w1 w2 w3',
    'two-workers-one-spare cp1 w1 w2 w3',
    'two-workers cp1 w1 w2',
  ]);
});

test('machines are named by role and number, and the numbers of spares go on from the workers', () => {
  expect(listMachines({ name: 'x', controlPlanes: 3, workers: 1, spares: 2 })).toEqual([
    { name: 'cp1', role: 'control-plane' },
    { name: 'cp2', role: 'control-plane' },
    { name: 'cp3', role: 'control-plane' },
    { name: 'w1', role: 'worker' },
    { name: 'w2', role: 'spare' },
    { name: 'w3', role: 'spare' },
  ]);
});

test.each([
  [
    'another name than its file',
    'name: y\ncontrolPlanes: 1\nworkers: 1',
    '3:7 the shape is called "y" but its file "x.yaml"',
  ],
  ['an unknown key', 'name: x\ncontrolPlanes: 1\nworkers: 1\nservers: 2', '6:1 unknown key "servers"'],
  ['no control plane', 'name: x\ncontrolPlanes: 0\nworkers: 1', '4:16 "controlPlanes" a shape has 1 control plane'],
  ['no majority', 'name: x\ncontrolPlanes: 2\nworkers: 1', '4:16 "controlPlanes" a shape has 1 control plane, or 3'],
  ['ten spares', 'name: x\ncontrolPlanes: 1\nworkers: 1\nspares: 10', '6:9 "spares"'],
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
