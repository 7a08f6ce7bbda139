import { describe, expect, test } from 'vitest';
import { fileChangedFault } from '../../../engine/faults/file-changed.ts';
import { AnsweringMachine } from '../checks/answering-machine.ts';
import { FakeKube, faultContextOf, kubeNode, kubePod } from '../checks/fake-context.ts';

type Spec = Parameters<typeof fileChangedFault.apply>[1];
const place = { on: 'w1', path: '/etc/x.conf' };
const before = 'a: 1\nb: 2\n';

describe('what is done to the file', () => {
  const apply = async (spec: Spec) => {
    const machine = new AnsweringMachine('w1', [[/./, {}]], { '/etc/x.conf': before, '/etc/other': 'other' });
    await fileChangedFault.apply(faultContextOf(new FakeKube({}), machine), spec);
    return { written: [...machine.given.values()], commands: machine.asked.map(({ argv }) => argv.join(' ')) };
  };

  test.each([
    ['a text', { text: 'new' }, 'new'],
    ['a replacement', { replace: { find: 'b: 2', put: 'b: $&' } }, 'a: 1\nb: $&\n'],
    ['the content of another file', { copyOf: { on: 'w1', path: '/etc/other' } }, 'other'],
  ])('it gets %s', async (_, change, text) => {
    expect((await apply({ ...place, ...change })).written).toEqual([text]);
  });

  test('it is removed, and its reader restarted', async () => {
    expect((await apply({ ...place, remove: true, restart: 'kubelet' })).commands).toEqual([
      'rm /etc/x.conf',
      'systemctl restart kubelet',
    ]);
  });

  test.each([
    ['a text that does not occur', { replace: { find: 'c: 3', put: '' } }],
    ['a text that occurs twice', { replace: { find: ': ', put: '' } }],
    ['a source that is not there', { copyOf: { on: 'w1', path: '/nowhere' } }],
    ['a file that is not there', { path: '/nowhere', remove: true as const }],
  ])('%s is refused', async (_, change) => {
    await expect(apply({ ...place, ...change })).rejects.toMatchObject({ code: 'FAULT_NOT_PROVEN' });
  });

  test('two changes at once, or none, are no fault', () => {
    expect(fileChangedFault.schema.safeParse(place).success).toBe(false);
    expect(fileChangedFault.schema.safeParse({ ...place, text: 'x', remove: true }).success).toBe(false);
  });
});

describe('the proof', () => {
  const prove = (spec: Partial<Spec>, text: string | undefined, objects: Readonly<Record<string, unknown>> = {}) => {
    const files = { '/etc/other': 'other', ...(text === undefined ? {} : { '/etc/x.conf': text }) };
    const machine = new AnsweringMachine('w1', [], files);
    return fileChangedFault.prove(faultContextOf(new FakeKube(objects), machine), { ...place, ...spec });
  };

  test.each([
    ['the text', { text: 'new' }, 'new', true],
    ['another text', { text: 'new' }, 'newer', false],
    ['the replacement', { replace: { find: 'a', put: 'b' } }, 'x b', true],
    ['no replacement', { replace: { find: 'a', put: 'b' } }, 'x a', false],
    ['the content of the other file', { copyOf: { on: 'w1', path: '/etc/other' } }, 'other', true],
    ['its own content', { copyOf: { on: 'w1', path: '/etc/other' } }, 'own', false],
    ['no file', { remove: true as const }, undefined, true],
    ['still the file', { remove: true as const }, 'x', false],
    ['no file to be changed', { text: 'new' }, undefined, false],
  ])('reading it back gives %s: %j', async (_, spec, text, holds) => {
    expect((await prove(spec, text)).holds).toBe(holds);
  });

  const mirror = (phase: string, isMirror = true) => ({
    'Pod/shop/x-w1': kubePod('x-w1', { phase, mirror: isMirror }),
  });
  const runs = { is: 'static-pod-runs' as const, node: 'w1', namespace: 'shop', name: 'x' };
  const refuses = { is: 'kubelet-refuses' as const, node: 'w1' };
  const notReady = { is: 'node-not-ready' as const, node: 'w1' };
  test.each([
    [notReady, { 'Node/w1': kubeNode('Unknown') }, true],
    [notReady, { 'Node/w1': kubeNode('True') }, false],
    [refuses, { 'Kubelet/w1': { code: 401, said: '' } }, true],
    [refuses, { 'Kubelet/w1': { code: 503, said: '' } }, false],
    [refuses, { 'Kubelet/w1': { code: 200, said: 'ok' } }, false],
    [runs, mirror('Running'), true],
    [runs, mirror('Pending'), false],
    [runs, mirror('Running', false), false],
    [runs, {}, false],
  ])('the symptom %j with %j: %s', async (symptom, objects, holds) => {
    expect((await prove({ text: 'new', symptom }, 'new', objects)).holds).toBe(holds);
  });
});
