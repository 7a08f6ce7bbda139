import { describe, expect, test } from 'vitest';
import { kindStep } from '../../../../engine/providers/kind/kind-create.ts';
import {
  clusterName,
  loadBalancerName,
  machineName,
  networkName,
  plannedMachines,
  sessionOfCluster,
  studentName,
  witnessName,
} from '../../../../engine/providers/kind/names.ts';
import { listMachines } from '../../../../engine/scenario/shape.ts';

const shape = (workers: number, controlPlanes = 1, spares = 0) => ({ name: 'x', controlPlanes, workers, spares });

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

  test('go on with the spares, which are named as further workers would be', () => {
    expect(plannedMachines('abc', shape(1, 3, 1)).slice(1)).toEqual([
      { name: 'cp2', role: 'control-plane', container: 'kubewright-abc-control-plane2' },
      { name: 'cp3', role: 'control-plane', container: 'kubewright-abc-control-plane3' },
      { name: 'w1', role: 'worker', container: 'kubewright-abc-worker' },
      { name: 'w2', role: 'spare', container: 'kubewright-abc-worker2' },
    ]);
  });

  test('are a control plane alone where there are no workers', () => {
    expect(plannedMachines('abc', shape(0)).map(({ name }) => name)).toEqual(['cp1']);
  });

  test('have the names and roles that scenarios use, and containers that lead back to the names', () => {
    for (const one of [shape(0), shape(1), shape(2), shape(9), shape(1, 3), shape(0, 3, 3), shape(2, 1, 1)]) {
      const planned = plannedMachines('abc', one);
      expect(planned.map(({ name, role }) => ({ name, role }))).toEqual(listMachines(one));
      expect(planned.map(({ container }) => machineName(container))).toEqual(planned.map(({ name }) => name));
    }
  });

  test('are not what stands in front of them', () => {
    expect(machineName(loadBalancerName('abc'))).toBeUndefined();
    expect(machineName(studentName('abc'))).toBeUndefined();
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
