import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type KindConfigRequest, kindConfig } from '../../../../engine/providers/kind/kind-config.ts';
import type { ClusterShape } from '../../../../engine/providers/provider.ts';

const patch = z.looseObject({ kind: z.string() });
const cluster = z.strictObject({
  kind: z.literal('Cluster'),
  apiVersion: z.literal('kind.x-k8s.io/v1alpha4'),
  nodes: z.array(z.strictObject({ role: z.string(), kubeadmConfigPatches: z.array(z.string()) })),
  kubeadmConfigPatches: z.array(z.string()),
});
const clusterConfiguration = z.strictObject({
  kind: z.literal('ClusterConfiguration'),
  apiVersion: z.string(),
  apiServer: z.strictObject({
    certSANs: z.array(z.string()).optional(),
    extraArgs: z.record(z.string(), z.string()),
    extraVolumes: z.array(
      z.strictObject({
        name: z.string(),
        hostPath: z.string(),
        mountPath: z.string(),
        readOnly: z.boolean(),
        pathType: z.string(),
      }),
    ),
  }),
});

function read(workers: number, more: Partial<KindConfigRequest & ClusterShape> = {}) {
  const { controlPlanes = 1, spares = 0, minors = ['1.34'], cgroupV1 = false } = more;
  const shape = { name: 'x', controlPlanes, workers, spares };
  const config = cluster.parse(parse(kindConfig({ session: 'abc', shape, minors, cgroupV1 })));
  const [text = '', ...rest] = config.kubeadmConfigPatches;
  return { config, apiServer: clusterConfiguration.parse(parse(text)).apiServer, rest };
}

describe('kind’s configuration', () => {
  test.each([0, 1, 3])('has a control plane and %i workers', (workers) => {
    const roles = read(workers).config.nodes.map(({ role }) => role);
    expect(roles).toEqual(['control-plane', ...Array.from({ length: workers }, () => 'worker')]);
  });

  test('names the nodes as the cluster shall know them, in the patch that kubeadm reads on each', () => {
    const patches = read(2).config.nodes.map(({ kubeadmConfigPatches: [text = ''] }) => patch.parse(parse(text)));
    expect(patches).toEqual([
      { kind: 'InitConfiguration', nodeRegistration: { name: 'cp1' } },
      { kind: 'JoinConfiguration', nodeRegistration: { name: 'w1' } },
      { kind: 'JoinConfiguration', nodeRegistration: { name: 'w2' } },
    ]);
  });

  test('has further control planes join as cp2 and cp3, and leaves the spares to us', () => {
    const { nodes } = read(1, { controlPlanes: 3, spares: 2 }).config;
    expect(nodes.map(({ role }) => role)).toEqual(['control-plane', 'control-plane', 'control-plane', 'worker']);
    const patches = nodes.map(({ kubeadmConfigPatches: [text = ''] }) => patch.parse(parse(text)));
    expect(patches.slice(1)).toEqual([
      { kind: 'JoinConfiguration', nodeRegistration: { name: 'cp2' } },
      { kind: 'JoinConfiguration', nodeRegistration: { name: 'cp3' } },
      { kind: 'JoinConfiguration', nodeRegistration: { name: 'w1' } },
    ]);
  });

  test('has the load balancer’s name in the certificates, beside the names kind would put there, where there is one', () => {
    expect(read(1, { controlPlanes: 3 }).apiServer.certSANs).toEqual(['localhost', '127.0.0.1', 'lb']);
    expect(read(1).apiServer.certSANs).toBeUndefined();
  });

  test('lets the kubelet run on cgroup v1 where that is so and a release of the session would refuse it', () => {
    const told = [{ kind: 'KubeletConfiguration', apiVersion: 'kubelet.config.k8s.io/v1beta1', failCgroupV1: false }];
    const patches = (more: Parameters<typeof read>[1]) => read(1, more).rest.map((text) => parse(text) as unknown);
    expect(patches({ cgroupV1: true, minors: ['1.34', '1.35'] })).toEqual(told);
    expect(patches({ cgroupV1: true, minors: ['1.36'] })).toEqual(told);
    expect(patches({ cgroupV1: true, minors: ['1.34'] })).toEqual([]);
    expect(patches({ cgroupV1: false, minors: ['1.34', '1.35'] })).toEqual([]);
  });

  test('switches both audit backends on, the one to the witness without delay', () => {
    const { extraArgs } = read(1).apiServer;
    expect(extraArgs).toMatchObject({
      'audit-policy-file': '/etc/kubewright/audit/policy.yaml',
      'audit-log-path': '/var/log/kubernetes/audit/audit.log',
      'audit-webhook-config-file': '/etc/kubewright/audit/webhook.yaml',
      'audit-webhook-mode': 'batch',
      'audit-webhook-batch-max-wait': '200ms',
    });
    expect(Number(extraArgs['audit-log-maxsize']) * (Number(extraArgs['audit-log-maxbackup']) + 1)).toBeLessThan(100);
  });

  test('mounts every file that the flags name, and lets only the log be written', () => {
    const { extraArgs, extraVolumes } = read(1).apiServer;
    const paths = ['audit-policy-file', 'audit-webhook-config-file', 'audit-log-path'].map(
      (flag) => extraArgs[flag] ?? '',
    );
    for (const path of paths) {
      const volume = extraVolumes.find(({ mountPath }) => path.startsWith(`${mountPath}/`));
      expect(volume, path).toBeDefined();
      expect(volume?.hostPath).toBe(volume?.mountPath);
      expect(volume?.readOnly).toBe(!path.endsWith('.log'));
    }
  });

  test('gives the session no say in the YAML', () => {
    const shape = { name: 'x', controlPlanes: 3, workers: 1, spares: 1 };
    const of = (session: string) => kindConfig({ session, shape, minors: ['1.34'], cgroupV1: false });
    expect(of('abc')).toBe(of('xyz'));
  });
});
