import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { certificateAuthorityCheck } from '../../../engine/checks/certificate-authority.ts';
import { filesAbsentCheck } from '../../../engine/checks/files-absent.ts';
import { judgeFilesUntouched } from '../../../engine/checks/files-untouched.ts';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { makeTestCertificates } from '../witness/test-certificates.ts';
import { AnsweringMachine } from './answering-machine.ts';
import { contextOf, FakeKube } from './fake-context.ts';
import { at, drill } from './record-builder.ts';

const report = (second: number, files: Readonly<Record<string, string>>, node = 'w1'): TimelineEvent => ({
  ...{ at: at(second), kind: 'machine', node },
  report: { bootedAt: at(-600), units: {}, programs: {}, files },
});
const alive = (second: number, node = 'w1'): TimelineEvent => ({ at: at(second), kind: 'machine-alive', node });

describe('files-untouched', () => {
  const path = '/var/lib/kubelet/config.yaml';
  const judge = (events: readonly TimelineEvent[]) =>
    judgeFilesUntouched(events, drill(20), { node: ['w1'], paths: [path] });
  const lives = [4, 8, 12, 16, 20, 24].map((second) => alive(second));

  test.each([
    ['passed', 'changed before the drill only', [report(-30, { [path]: 'a' }), report(-5, { [path]: 'b' }), ...lives]],
    [
      'passed',
      'something else changed',
      [report(-5, { [path]: 'a' }), report(6, { [path]: 'a', '/etc/x': 'x' }), ...lives],
    ],
    ['failed', 'changed', [report(-5, { [path]: 'a' }), report(6, { [path]: 'b' }), ...lives]],
    [
      'failed',
      'changed and put back',
      [report(-5, { [path]: 'a' }), report(6, { [path]: 'b' }), report(9, { [path]: 'a' })],
    ],
    ['failed', 'removed', [report(-5, { [path]: 'a' }), report(6, {}), ...lives]],
    ['errored', 'a node that was not heard', [report(-5, { [path]: 'a' }), alive(28)]],
    ['errored', 'no record', []],
  ])('%s: %s', (result, _, events) => {
    expect(judge(events.toSorted((a, b) => a.at - b.at)).result).toBe(result);
  });
});

describe('files-absent', () => {
  test.each([
    ['', { result: 'passed' }],
    ['/pki/ca.key\n', { result: 'failed', found: 'on w1 there is /pki/ca.key', meaning: 'It is secret.' }],
  ])('the machine lists "%s"', async (stdout, wanted) => {
    const machine = new AnsweringMachine('w1', [[/^sh -c /, { stdout }]]);
    const spec = { on: 'w1', paths: ['/pki/ca.key', '/pki/sa.key'], because: 'It is secret.' };
    const finding = await filesAbsentCheck.evaluate(contextOf(new FakeKube({}), machine), spec, 'assert');
    expect(finding).toMatchObject(wanted);
  });
});

describe('certificate-authority', () => {
  const [own, foreign] = [makeTestCertificates('x').ca, makeTestCertificates('x').ca];
  const [file, kept] = ['/node/ca.crt', '/kept/ca.crt'];
  const look = (text: string | undefined, keptNow = own) => {
    const files = { [kept]: keptNow, ...(text === undefined ? {} : { [file]: text }) };
    const digest = createHash('sha256').update(own).digest('hex');
    return certificateAuthorityCheck.evaluate(
      {
        ...contextOf(new FakeKube({}), new AnsweringMachine('w1', [], files)),
        timeline: async () => [report(-60, { [kept]: digest }, 'cp1')],
      },
      { node: 'w1', files: [file], ca: { node: 'cp1', file: kept } },
      'assert',
    );
  };

  test.each([
    ['passed', 'so it is', own],
    ['passed', 'so it is', `# the cluster's\n${own.replaceAll('\n', '\r\n')}`],
    ['failed', 'does not know the CA', foreign],
    ['failed', 'beside that of the cluster', foreign + own],
    ['failed', 'there is no certificate', 'nothing'],
    ['failed', 'is missing there', undefined],
  ])('%s: %s', async (result, words, text) => {
    expect(await look(text)).toMatchObject({ result, found: expect.stringContaining(words) as string });
  });

  test('without the CA of the beginning nothing is said', async () => {
    expect((await look(own, foreign)).result).toBe('errored');
  });
});
