import { describe, expect, test } from 'vitest';
import { apiReadyCheck } from '../../../engine/checks/api-ready.ts';
import { leasesCheck } from '../../../engine/checks/leases.ts';
import { staticPodsCheck } from '../../../engine/checks/static-pods.ts';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { type Answer, AnsweringMachine } from './answering-machine.ts';
import { contextOf, FakeKube } from './fake-context.ts';
import { at, witnessed } from './record-builder.ts';

const ready: Answer = { stdout: '[+]etcd ok\nreadyz check passed\n\n200' };
const notReady: Answer = { stdout: '[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n\n500' };
const refused: Answer = { exitCode: 7, stdout: '\n000' };
const cp1 = (answer: Answer) => new AnsweringMachine('cp1', [[/curl .*readyz/, answer]]);

describe('api-ready', () => {
  const answers = (silent: (second: number) => boolean, asked: (second: number) => boolean = () => true) =>
    Array.from({ length: 61 }, (_, second): TimelineEvent[] =>
      asked(second)
        ? [{ at: at(second), kind: 'apiserver', node: 'cp1', ...(silent(second) ? {} : { version: 'v1.34.4' }) }]
        : [],
    ).flat();
  const look = (answer: Answer, events: readonly TimelineEvent[], steadyFor?: number) =>
    apiReadyCheck.evaluate(
      { ...contextOf(new FakeKube({}), cp1(answer)), timeline: async () => witnessed(60, events) },
      { node: 'cp1', ...(steadyFor === undefined ? {} : { steadyFor }) },
      'converge',
    );

  test.each([
    [ready, 'passed', 'the API server on cp1 answers that it is ready'],
    [notReady, 'failed', 'the API server on cp1 answers 500: etcd failed'],
    [refused, 'failed', 'the API server on cp1 does not answer: the connection is refused'],
  ])('%j now is %s', async (answer, result, found) => {
    expect(await look(answer, [])).toMatchObject({ result, found });
  });

  test('one that came up only just now is not steady yet', async () => {
    const events = answers((second) => second < 50);
    expect((await look(ready, events, 20)).result).toBe('failed');
    expect((await look(ready, events, 5)).result).toBe('passed');
  });

  test('a single lost question is no restart', async () => {
    expect(
      (
        await look(
          ready,
          answers((second) => second === 50),
          20,
        )
      ).result,
    ).toBe('passed');
  });

  test('a time in which nobody asked says nothing', async () => {
    const events = answers(
      () => false,
      (second) => second < 42 || second > 55,
    );
    expect((await look(ready, events, 20)).result).toBe('errored');
  });

  test('a machine that cannot ask is no answer', async () => {
    await expect(look({ exitCode: 127 }, [])).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });
});

describe('leases', () => {
  const spec = { of: ['kube-scheduler' as const], node: 'cp1', renewedWithin: 15 };
  const lease = (secondsAgo: number) => ({
    'Lease/kube-system/kube-scheduler': {
      spec: { holderIdentity: 'cp1_1234', renewTime: new Date(Date.now() - secondsAgo * 1000).toISOString() },
    },
  });
  const look = (kube: FakeKube, answer: Answer = ready) =>
    leasesCheck.evaluate(contextOf(kube, cp1(answer)), spec, 'converge');
  const down = () =>
    Object.assign(new FakeKube({}), { read: () => Promise.reject(new Error('the API server does not answer')) });

  test.each([
    [lease(1), 'passed'],
    [lease(40), 'failed'],
    [{}, 'failed'],
    [{ 'Lease/kube-system/kube-scheduler': { spec: {} } }, 'failed'],
    [{ 'Lease/kube-system/kube-scheduler': { spec: { renewTime: new Date().toISOString() } } }, 'failed'],
  ])('%j is %s', async (objects, result) => {
    expect((await look(new FakeKube(objects))).result).toBe(result);
  });

  test('who leads, and what it means that nobody does', async () => {
    expect(await look(new FakeKube(lease(40)))).toMatchObject({
      found: 'the lease of kube-scheduler was renewed 40 s ago',
      meaning: 'As it is, nobody chooses a node for new pods, and they stay Pending.',
    });
  });

  test('an API server that is seen to be down keeps everybody from renewing', async () => {
    expect(await look(down(), refused)).toMatchObject({ result: 'failed' });
  });

  test.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', /^kube-scheduler cannot renew: .* that the CA of this cluster has not signed$/],
    ['CERT_HAS_EXPIRED', /^nobody can ask about kube-scheduler: .* a certificate that has expired$/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /^nobody can ask about kube-scheduler: .* not for the cluster's address$/],
  ])('nobody of this cluster renews at an API server that shows %s', async (code, found) => {
    const cause = Object.assign(new Error('the certificate is refused'), { code });
    const read = () => Promise.reject(new Error('no answer', { cause }));
    expect(await look(Object.assign(new FakeKube({}), { read }), ready)).toMatchObject({
      result: 'failed',
      found: expect.stringMatching(found) as string,
    });
  });

  test('an API server that only we cannot reach says nothing', async () => {
    await expect(look(down(), ready)).rejects.toThrow('does not answer');
  });
});

describe('static-pods', () => {
  const folder = '/etc/kubernetes/manifests';
  const scheduler = `apiVersion: v1
kind: Pod
metadata:
  name: kube-scheduler
spec:
  containers:
  - command:
    - kube-scheduler
    - --leader-elect=true
    - --kubeconfig=/etc/kubernetes/scheduler.conf
    image: registry.k8s.io/kube-scheduler:v1.34.4
    livenessProbe:
      httpGet: { path: /livez, port: 10259 }
    name: kube-scheduler
    resources: {}
    volumeMounts:
    - { mountPath: /etc/kubernetes/scheduler.conf, name: kubeconfig }
  volumes:
  - { name: kubeconfig, hostPath: { path: /etc/kubernetes/scheduler.conf } }
status: {}
`;
  const report = (second: number, text: string): Extract<TimelineEvent, { kind: 'machine' }> => ({
    at: at(second),
    kind: 'machine',
    node: 'cp1',
    report: {
      bootedAt: at(-300),
      units: {},
      programs: {},
      files: {},
      manifests: { [`${folder}/kube-scheduler.yaml`]: Buffer.from(text).toString('base64') },
    },
  });
  const atFirst = [report(-102, scheduler.slice(0, 40)), report(-100, scheduler), report(-5, 'broken by a fault')];
  const look = (now: Readonly<Record<string, string>>, mayDiffer?: string[], record: TimelineEvent[] = atFirst) => {
    const names = Object.keys(now);
    const files = Object.fromEntries(names.map((name) => [`${folder}/${name}`, now[name] ?? '']));
    const machine = new AnsweringMachine('cp1', [[/^find /, { stdout: `${names.join('\n')}\n` }]], files);
    return staticPodsCheck.evaluate(
      { ...contextOf(new FakeKube({}), machine), timeline: async () => record },
      { node: 'cp1', ...(mayDiffer === undefined ? {} : { mayDiffer }) },
      'assert',
    );
  };
  const name = 'kube-scheduler.yaml';

  test('the same meaning in another text passes', async () => {
    const flags = [...scheduler.matchAll(/^ {4}- --.*\n/gm)].map(([line]) => line);
    const reordered = `# mended\n${scheduler.replace(flags.join(''), flags.toReversed().join(''))}`.replace(
      'status: {}\n',
      '',
    );
    expect(reordered).not.toBe(scheduler);
    expect((await look({ [name]: reordered })).result).toBe('passed');
  });

  test.each([
    ['--leader-elect=true', '--leader-elect=false', 'something in the command line is different'],
    ['    - --leader-elect=true\n', '', 'something is missing in the command line'],
    ['--leader-elect=true', '--leader-elect=true\n    - --v=9', 'something is new in the command line'],
    ['port: 10259', 'port: 1', 'something in a probe is different'],
    ['{ path: /etc/kubernetes/scheduler.conf }', '{ path: /tmp/x }', 'something in the volumes is different'],
    ['resources: {}', 'resources: { requests: { cpu: 16 } }', 'something is new in the resources'],
    ['v1.34.4', 'v1.34.5', 'something in the image is different'],
    ['spec:', '\tspec:', 'it cannot be read as a pod'],
  ])('%j become %j is told without telling it', async (find, put, words) => {
    const finding = await look({ [name]: scheduler.replace(find, put) });
    expect(finding).toMatchObject({ result: 'failed', found: `${name} is not what it was: ${words}` });
    expect(finding.found).not.toContain('leader-elect');
  });

  test('a missing manifest and one too many fail', async () => {
    expect((await look({})).found).toBe(`${name} is missing`);
    expect(await look({ [name]: scheduler, 'copy.bak': 'x' })).toMatchObject({
      result: 'failed',
      found: 'copy.bak does not belong there',
    });
  });

  test('a file that is put there during the drill was not there before it', async () => {
    const later = report(20, scheduler);
    const manifests = { ...later.report.manifests, [`${folder}/copy.bak`]: 'eA==' };
    const record = [...atFirst, { ...later, report: { ...later.report, manifests } }];
    expect((await look({ [name]: scheduler, 'copy.bak': 'x' }, undefined, record)).result).toBe('failed');
  });

  test('what may differ may, but not be missing', async () => {
    expect((await look({ [name]: 'kind: Pod' }, [name])).result).toBe('passed');
    expect((await look({}, [name])).result).toBe('failed');
  });

  test('without a record of the beginning nothing is said', async () => {
    expect((await look({ [name]: scheduler }, undefined, [])).result).toBe('errored');
  });
});
