import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { certificateCheck } from '../../../engine/checks/certificate.ts';
import { filesKeptCheck } from '../../../engine/checks/files-kept.ts';
import { servedCertificateCheck } from '../../../engine/checks/served-certificate.ts';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { makeTestCertificates } from '../witness/test-certificates.ts';
import { AnsweringMachine } from './answering-machine.ts';
import { contextOf, FakeKube } from './fake-context.ts';

const own = makeTestCertificates('system:node:w1', 90);
const foreign = makeTestCertificates('system:node:w1', 90);
const caFile = '/etc/kubernetes/pki/ca.crt';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const kubeconfig = (user: Readonly<Record<string, string>>) =>
  stringify({
    'current-context': 'it',
    contexts: [{ name: 'it', context: { user: 'me' } }],
    users: [
      { name: 'other', user: {} },
      { name: 'me', user },
    ],
  });

/** The record of a node that had these files at first, a day ago. */
const recorded = (files: Readonly<Record<string, string>>): TimelineEvent[] => [
  {
    at: Date.now() - 86_400_000,
    kind: 'machine',
    node: 'w1',
    report: {
      bootedAt: 0,
      units: {},
      programs: {},
      files: Object.fromEntries(
        Object.entries(files).map(([path, text]) => [path, createHash('sha256').update(text).digest('hex')]),
      ),
    },
  },
];
const contextWith = (machine: AnsweringMachine, timeline: readonly TimelineEvent[], daysLater = 0) => ({
  ...contextOf(new FakeKube({}), machine),
  timeline: async () => timeline,
  since: Date.now(),
  until: Date.now() + daysLater * 86_400_000,
});

describe('certificate', () => {
  type Spec = Parameters<typeof certificateCheck.evaluate>[1];
  const look = (
    files: Readonly<Record<string, string>>,
    path: string,
    more: Partial<Spec> & { daysLater?: number; ca?: never } = {},
  ) => {
    const { daysLater, ...spec } = more;
    const machine = new AnsweringMachine('w1', [], { [caFile]: own.ca, ...files });
    return certificateCheck.evaluate(
      contextWith(machine, recorded({ [caFile]: own.ca }), daysLater),
      { on: 'w1', files: [path], validFor: 30, ca: { node: 'w1', file: caFile }, ...spec },
      'assert',
    );
  };
  const { cert, key } = own.client;
  const pair = { '/pki/kubelet.pem': cert + key };

  test.each([
    ['a PEM file with its key', pair, '/pki/kubelet.pem'],
    ['a certificate with its key beside it', { '/pki/x.crt': cert, '/pki/x.key': key }, '/pki/x.crt'],
    [
      'an embedded certificate',
      { '/conf': kubeconfig({ 'client-certificate-data': base64(cert), 'client-key-data': base64(key) }) },
      '/conf',
    ],
    [
      'a kubeconfig that names files, from its own folder',
      {
        '/etc/k/conf': kubeconfig({ 'client-certificate': 'c.pem', 'client-key': '/k.pem' }),
        '/etc/k/c.pem': cert,
        '/k.pem': key,
      },
      '/etc/k/conf',
    ],
  ])('%s passes', async (_, files, path) => {
    expect(await look(files, path, { subject: { CN: 'system:node:w1' } })).toMatchObject({ result: 'passed' });
  });

  test.each([
    ['is missing', {}, '/pki/kubelet.pem', {}],
    ['holds no certificate', { '/conf': kubeconfig({ token: 'x' }) }, '/conf', {}],
    ['expired', pair, '/pki/kubelet.pem', { daysLater: 91 }],
    ['is valid for 29 days only', pair, '/pki/kubelet.pem', { daysLater: 60 }],
    ['is signed by another CA', { '/f.pem': foreign.client.cert + foreign.client.key }, '/f.pem', {}],
    ['do not belong together', { '/f.pem': cert + own.server.key }, '/f.pem', {}],
    ['has no private key', { '/f.pem': cert }, '/f.pem', {}],
    ['is made out to CN=system:node:w1', pair, '/pki/kubelet.pem', { subject: { CN: 'system:node:w2' } }],
    ['is not made out to localhost', pair, '/pki/kubelet.pem', { names: ['localhost'] }],
  ])('one that %s fails', async (words, files, path, more) => {
    const finding = await look(files, path, more);
    expect(finding.result).toBe('failed');
    expect(finding.found).toContain(words);
  });

  test('the names of a server are looked for in the certificate', async () => {
    const files = { '/s.crt': own.server.cert, '/s.key': own.server.key };
    expect((await look(files, '/s.crt', { names: ['127.0.0.1'] })).result).toBe('passed');
    expect((await look(files, '/s.crt', { names: ['127.0.0.2'] })).result).toBe('failed');
  });

  test('a new CA of the same name signs nothing that counts', async () => {
    const files = { [caFile]: foreign.ca, '/f.pem': foreign.client.cert + foreign.client.key };
    expect(await look(files, '/f.pem')).toMatchObject({
      result: 'failed',
      found: `the CA ${caFile} on w1 is not the one the cluster began with`,
    });
  });

  test('without a record of the CA nothing is said', async () => {
    const machine = new AnsweringMachine('w1', [], { [caFile]: own.ca, ...pair });
    const spec = { on: 'w1', files: ['/pki/kubelet.pem'], validFor: 30, ca: { node: 'w1', file: caFile } };
    expect((await certificateCheck.evaluate(contextWith(machine, []), spec, 'assert')).result).toBe('errored');
  });
});

describe('served-certificate', () => {
  const look = (served: string, file: string, daysLater = 0) =>
    servedCertificateCheck.evaluate(
      contextWith(
        new AnsweringMachine('w1', [[/openssl s_client -connect 127.0.0.1:6443/, { exitCode: 1, stdout: served }]], {
          '/s.crt': file,
        }),
        [],
        daysLater,
      ),
      { node: 'w1', port: 6443, file: '/s.crt' },
      'assert',
    );
  const { cert } = own.server;

  test.each([
    ['passed', `CONNECTED\n${cert}`, cert, 0],
    ['failed', `CONNECTED\n${cert}`, cert, 91],
    ['failed', `CONNECTED\n${cert}`, foreign.server.cert, 0],
    ['failed', `CONNECTED\n${cert}`, '', 0],
    ['failed', 'connect:errno=111', cert, 0],
  ])('%s: what is shown against what is in the file', async (result, served, file, daysLater) => {
    expect((await look(served, file, daysLater)).result).toBe(result);
  });
});

describe('files-kept', () => {
  const path = '/etc/kubernetes/pki/sa.key';
  const look = (files: Readonly<Record<string, string>>, mode = '600 root', more: { private?: true } = {}) =>
    filesKeptCheck.evaluate(
      contextWith(
        new AnsweringMachine('w1', [[/^stat /, { stdout: `${mode}\n` }]], files),
        recorded({ [path]: 'secret' }),
      ),
      { node: 'w1', paths: [path], ...more },
      'assert',
    );

  test.each([
    ['passed', { [path]: 'secret' }, '600 root'],
    ['failed', { [path]: 'another' }, '600 root'],
    ['failed', {}, '600 root'],
    ['failed', { [path]: 'secret' }, '644 root'],
    ['failed', { [path]: 'secret' }, '600 student'],
  ])('%s: %j with mode %s', async (result, files, mode) => {
    expect((await look(files, mode, { private: true })).result).toBe(result);
  });

  test('the mode counts only where it is asked for', async () => {
    expect((await look({ [path]: 'secret' }, '644 root')).result).toBe('passed');
  });

  test('a file that the record does not know is not judged', async () => {
    const finding = await filesKeptCheck.evaluate(
      contextWith(new AnsweringMachine('w1', [], { '/etc/hosts': '' }), recorded({})),
      { node: 'w1', paths: ['/etc/hosts'] },
      'assert',
    );
    expect(finding.result).toBe('errored');
  });
});
