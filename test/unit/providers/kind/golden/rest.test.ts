import { describe, expect, test } from 'vitest';
import { bringToRest } from '../../../../../engine/providers/kind/golden/rest.ts';
import type { MachineRole, Node } from '../../../../../engine/providers/provider.ts';

/** Machines that write down, in order, which step each was told. */
function machines(answer: (name: string, script: string) => { exitCode?: number; stdout?: string } = () => ({})) {
  const told: string[] = [];
  const steps: readonly (readonly [mark: string, step: string])[] = [
    ['kubectl wait', 'settle'],
    ['renewTime', 'remember'],
    ['kube-controller-manager', 'stop control plane'],
    ['etcdctl', 'forget'],
    ['^etcd$', 'stop etcd'],
    ['stop kubelet', 'stop kubelet'],
    ['crictl rmp', 'clear'],
  ];
  const node = (name: string, role: MachineRole) =>
    ({
      name,
      role,
      exec: async (argv: readonly string[]) => {
        const script = argv[argv.indexOf('-c') + 1] ?? '';
        told.push(`${name} ${steps.find(([mark]) => script.includes(mark))?.[1]}`);
        return { exitCode: 0, stdout: '', stderr: '', timedOut: false, command: '', ...answer(name, script) };
      },
    }) as unknown as Node;
  return { told, nodes: [node('cp1', 'control-plane'), node('cp2', 'control-plane'), node('w1', 'worker')] };
}

describe('bringing a cluster to rest', () => {
  test('stops from the outside in, etcd last, when all is remembered and forgotten', async () => {
    const { told, nodes } = machines();
    await bringToRest(nodes);
    const everywhere = (step: string) => ['cp1', 'cp2', 'w1'].map((name) => `${name} ${step}`);
    expect(told).toEqual([
      'cp1 settle',
      ...everywhere('stop kubelet'),
      'cp1 remember',
      ...['cp1 stop control plane', 'cp2 stop control plane'],
      'cp1 forget',
      ...['cp1 stop etcd', 'cp2 stop etcd'],
      ...everywhere('clear'),
    ]);
  });

  test('says what the cluster remembers', async () => {
    const stdout = 'lease cp1 2026-01-02T14:00:00.1Z\nlease w1 2026-01-02T14:00:01.2Z\ncontainer containerd://a\n';
    const { nodes } = machines((_, script) => (script.includes('renewTime') ? { stdout } : {}));
    expect(await bringToRest(nodes)).toEqual({
      leases: { cp1: '2026-01-02T14:00:00.1Z', w1: '2026-01-02T14:00:01.2Z' },
      containers: ['containerd://a'],
    });
  });

  test('ends with the name of the machine that does not come to rest, and what it said', async () => {
    const { nodes } = machines((name, script) =>
      name === 'cp2' && script.includes('crictl rmp') ? { exitCode: 1, stdout: '/var/lib/whiteout\n' } : {},
    );
    await expect(bringToRest(nodes)).rejects.toMatchObject({
      code: 'PROVISION_FAILED',
      message: 'cp2 did not come to rest: /var/lib/whiteout',
    });
  });
});
