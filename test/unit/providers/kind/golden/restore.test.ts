import type Dockerode from 'dockerode';
import { describe, expect, test } from 'vitest';
import { tokenExpiry } from '../../../../../engine/providers/kind/golden/rest.ts';
import {
  renewTokens,
  startMachines,
  waitForNews,
  wakeCluster,
} from '../../../../../engine/providers/kind/golden/restore.ts';
import type { ContainerMaker } from '../../../../../engine/providers/kind/node-container.ts';
import type { KubeApi, Node } from '../../../../../engine/providers/provider.ts';
import { FakeClock } from '../../../system/fake-clock.ts';
import { goldenState } from './fake-shelf.ts';

const state = goldenState();

async function start() {
  const made: Dockerode.ContainerCreateOptions[] = [];
  let started = 0;
  const maker = {
    createContainer: async (options: Dockerode.ContainerCreateOptions) => {
      made.push(options);
      return { start: async () => void (started += 1) };
    },
  } as unknown as ContainerMaker;
  const outside = await startMachines(maker, 'abc', state, {
    freePort: async () => 41_000,
    limits: { CpuShares: 128 },
  });
  return { made, started, outside };
}

describe('machines from a golden state', () => {
  test('have the session’s names and network, and the addresses and names that the cluster knows', async () => {
    const { made, started } = await start();
    expect(started).toBe(2);
    expect(made.map(({ name, Hostname }) => `${name} ${Hostname}`)).toEqual([
      'kubewright-abc-control-plane cp1',
      'kubewright-abc-worker w1',
    ]);
    expect(made[0]?.NetworkingConfig).toEqual({
      EndpointsConfig: {
        'kubewright-abc': {
          IPAMConfig: { IPv4Address: '10.210.3.2' },
          Aliases: ['cp1', 'kubewright-part-control-plane'],
        },
      },
    });
    expect(made[1]).toMatchObject({
      Image: 'sha256:w1',
      Entrypoint: ['perl', '-e', expect.stringContaining("exec '/sbin/init'") as string],
      Volumes: { '/var': {} },
      HostConfig: { Privileged: true, NetworkMode: 'kubewright-abc', RestartPolicy: { Name: 'unless-stopped' } },
    });
  });

  test('are found as the session’s, and say what they were restored from and what an empty one is made from', async () => {
    const { made } = await start();
    for (const { Labels } of made) {
      expect(Labels).toEqual({
        'io.x-k8s.kind.cluster': 'kubewright-abc',
        'io.x-k8s.kind.role': 'worker',
        'kubewright.role': 'node',
        'kubewright.golden': 'key',
        'kubewright.node-image': 'kubewright/node:1',
      });
    }
  });

  test('publish the API server on a port of their own', async () => {
    const { made, outside } = await start();
    expect(made[0]?.HostConfig?.PortBindings).toEqual({ '6443/tcp': [{ HostIp: '127.0.0.1', HostPort: '41000' }] });
    expect(made[1]?.HostConfig?.PortBindings).toEqual({});
    expect(outside).toBe('https://127.0.0.1:41000');
  });
});

/** An API server whose answers change from one question to the next; the last ones stay. */
function fakeKube(answers: { Lease?: unknown[][]; Pod?: unknown[][]; Secret?: unknown[]; ready?: boolean[] }) {
  const next = <T>(list: T[] | undefined, otherwise: T): T =>
    list === undefined ? otherwise : ((list.length > 1 ? list.shift() : list[0]) ?? otherwise);
  const applied: unknown[] = [];
  const kube: KubeApi = {
    read: async () => undefined,
    list: async <T>({ kind }: { kind: string }) =>
      (kind === 'Secret' ? answers.Secret : next(kind === 'Lease' ? answers.Lease : answers.Pod, [])) as T[],
    apply: async (manifest) => void applied.push(JSON.parse(manifest)),
    isReady: async () => next(answers.ready, true),
    askKubelet: async () => ({ code: 200, said: 'ok' }),
  };
  return { kube, applied };
}

const lease = (name: string, renewTime: unknown) => ({ metadata: { name }, spec: { renewTime } });
const pod = (name: string, containerID?: string, state: 'running' | 'waiting' = 'running') => ({
  metadata: { name },
  status: { containerStatuses: [{ containerID, state: { [state]: {} } }] },
});
const { leases } = state.memory;
const old = Object.entries(leases).map(([name, at]) => lease(name, at));
const renewed = Object.keys(leases).map((name) => lease(name, new Date(Date.UTC(2026, 5, 1))));

/** Three machines that write down what they are told. */
function machines() {
  const ran: string[] = [];
  const node = (name: string, role: Node['role']) =>
    ({
      name,
      role,
      exec: async (argv: readonly string[]) => {
        ran.push(`${name}: ${argv.at(-1)}`);
        return { exitCode: 0, stdout: '', stderr: '', timedOut: false, command: '' };
      },
    }) as unknown as Node;
  return { ran, nodes: [node('cp1', 'control-plane'), node('w1', 'worker'), node('w2', 'spare')] };
}

const rulesOf = (script: string, verb: string) =>
  script.split('\n').flatMap((line) => (line.startsWith(`--${verb} `) ? [line.slice(verb.length + 3)] : []));

describe('a restored cluster', () => {
  const waking = (kube: KubeApi, clock = new FakeClock(), nodes: readonly Node[] = []) => ({
    ...{ kube, clock, nodes, door: '10.210.3.9', memory: state.memory },
    signal: undefined,
  });

  test('is awake when every kubelet has renewed its lease and every pod runs in a container of now', async () => {
    const clock = new FakeClock();
    const { kube } = fakeKube({
      Lease: [old, [renewed[0], old[1]], renewed],
      Pod: [
        [pod('dns', 'containerd://a')],
        [pod('dns', 'containerd://a')],
        [pod('dns', 'containerd://a')],
        [pod('dns', undefined, 'waiting')],
        [pod('dns', 'containerd://b')],
      ],
    });
    await waitForNews(waking(kube, clock));
    expect(clock.slept).toHaveLength(4);
  });

  test('takes a lease that came back as a date without its microseconds for the old one', async () => {
    const asDates = Object.entries(leases).map(([name, at]) => lease(name, new Date(at)));
    const { kube } = fakeKube({ Lease: [asDates], Pod: [[]] });
    await expect(waitForNews(waking(kube))).rejects.toMatchObject({
      code: 'PROVISION_FAILED',
      message: 'the cluster did not wake up: no news of the kubelet of cp1, the kubelet of w1',
    });
  });

  test('is not awake while a pod is silent, and says which', async () => {
    const { kube } = fakeKube({
      Lease: [renewed],
      Pod: [[pod('dns', 'containerd://a'), pod('proxy', 'containerd://b')]],
    });
    await expect(waitForNews(waking(kube))).rejects.toMatchObject({
      message: expect.stringMatching(/pod dns$/) as string,
    });
  });

  test('wakes its workers when the API server answers, not before', async () => {
    const { kube } = fakeKube({ ready: [false, false, true] });
    const { nodes, ran } = machines();
    const clock = new FakeClock();
    await wakeCluster(waking(kube, clock, nodes));
    expect(clock.slept).toHaveLength(2);
    expect(ran.filter((line) => line.includes('kubelet')).map((line) => line.slice(0, 3))).toEqual(['w1:']);
  });

  test('until kube-proxy runs drops what pods send to services, but for the API server’s, and is left as it was', async () => {
    const { kube } = fakeKube({ Lease: [renewed], Pod: [[pod('proxy', 'containerd://b')]] });
    const { nodes, ran } = machines();
    await wakeCluster(waking(kube, new FakeClock(), nodes));
    await waitForNews(waking(kube, new FakeClock(), nodes));
    const rules = (name: string, verb: string) =>
      ran.filter((line) => line.startsWith(`${name}: `)).flatMap((line) => rulesOf(line, verb));
    for (const name of ['cp1', 'w1']) {
      expect(rules(name, 'insert')).toEqual([
        'FORWARD --destination 10.96.0.0/16 --jump DROP',
        'OUTPUT --destination 10.96.0.0/16 --jump DROP',
        ...['PREROUTING', 'OUTPUT'].map(
          (chain) =>
            `${chain} --destination 10.96.0.1 --protocol tcp --dport 443 --jump DNAT --to-destination 10.210.3.9:6443`,
        ),
        'POSTROUTING --source 10.244.0.0/16 --destination 10.210.3.9 --protocol tcp --dport 6443 --jump MASQUERADE',
      ]);
      expect(rules(name, 'delete')).toEqual(rules(name, 'insert'));
    }
    expect(ran.filter((line) => line.startsWith('w2: '))).toEqual([]);
  });

  test('gives kubeadm’s token a day from now, and no other secret', async () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const secret = (name: string, type: string, expiration?: string) => ({
      metadata: { name },
      type,
      data: expiration === undefined ? {} : { expiration: base64(expiration) },
    });
    const token = 'bootstrap.kubernetes.io/token';
    const { kube, applied } = fakeKube({
      Secret: [
        secret('bootstrap-token-abcdef', token, tokenExpiry()),
        secret('bootstrap-token-for-ever', token),
        secret('somebody', 'Opaque', tokenExpiry()),
      ],
    });
    await renewTokens(kube, new FakeClock());
    expect(applied).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'bootstrap-token-abcdef', namespace: 'kube-system' },
        type: token,
        data: { expiration: base64('2026-01-03T14:00:00Z') },
      },
    ]);
  });
});
