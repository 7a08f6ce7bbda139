import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { kindConfig } from '../../../../engine/providers/kind/kind-config.ts';

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

function read(workers: number) {
  const config = cluster.parse(parse(kindConfig('abc', { name: 'x', controlPlanes: 1, workers })));
  const [text = ''] = config.kubeadmConfigPatches;
  return { config, apiServer: clusterConfiguration.parse(parse(text)).apiServer };
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
    expect(kindConfig('abc', { name: 'x', controlPlanes: 1, workers: 1 })).toBe(
      kindConfig('xyz', { name: 'x', controlPlanes: 1, workers: 1 }),
    );
  });
});
