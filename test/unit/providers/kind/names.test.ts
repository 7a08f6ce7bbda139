import { describe, expect, test } from 'vitest';
import {
  clusterName,
  networkName,
  plannedMachines,
  sessionOfCluster,
  studentName,
  witnessName,
} from '../../../../engine/providers/kind/names.ts';
import { kindStep } from '../../../../engine/providers/kind/provider.ts';
import { nodeNames } from '../../../../engine/scenario/shape.ts';

const shape = (workers: number, controlPlanes = 1) => ({ name: 'x', controlPlanes, workers });

describe('the names of a session', () => {
  test('all begin with kubewright and the session', () => {
    const names = [clusterName, networkName, studentName, witnessName].map((name) => name('abc'));
    expect(names.every((name) => name.startsWith('kubewright-abc'))).toBe(true);
  });

  test('lead back from a cluster to its session, and from somebody else’s cluster to none', () => {
    expect(sessionOfCluster(clusterName('abc'))).toBe('abc');
    expect(sessionOfCluster('kind')).toBeUndefined();
    expect(sessionOfCluster('my-kubewright-abc')).toBeUndefined();
    expect(sessionOfCluster('')).toBeUndefined();
  });
});

describe('the machines of a shape', () => {
  test('are numbered from 1, where kind leaves the first number out', () => {
    expect(plannedMachines('abc', shape(3))).toEqual([
      { name: 'cp1', role: 'control-plane', container: 'kubewright-abc-control-plane' },
      { name: 'w1', role: 'worker', container: 'kubewright-abc-worker' },
      { name: 'w2', role: 'worker', container: 'kubewright-abc-worker2' },
      { name: 'w3', role: 'worker', container: 'kubewright-abc-worker3' },
    ]);
  });

  test('are a control plane alone where there are no workers', () => {
    expect(plannedMachines('abc', shape(0)).map(({ name }) => name)).toEqual(['cp1']);
  });

  test('have the names that scenarios use', () => {
    for (const workers of [0, 1, 2, 9]) {
      expect(plannedMachines('abc', shape(workers)).map(({ name }) => name)).toEqual(nodeNames(shape(workers)));
    }
  });
});

describe('a line that kind prints', () => {
  test('is a step without its bullet, picture and dots', () => {
    expect(kindStep(' • Ensuring node image (kindest/node:v1.34.0) 🖼 ...')).toBe(
      'Ensuring node image (kindest/node:v1.34.0)',
    );
    expect(kindStep(' • Preparing nodes 📦 📦 📦  ...')).toBe('Preparing nodes');
    expect(kindStep(' • Starting control-plane 🕹️ ...')).toBe('Starting control-plane');
  });

  test.each([
    'Creating cluster "kubewright-abc" ...',
    ' ✓ Preparing nodes 📦',
    '',
    'ERROR: failed to create cluster',
    '• x',
  ])('is no step: %j', (line) => {
    expect(kindStep(line)).toBeUndefined();
  });
});
