import { expect, test } from 'vitest';
import { drainHangingFault } from '../../../engine/faults/drain-hanging.ts';
import { FakeKube, FakeMachine, faultContextOf, kubeNode, kubePod } from '../checks/fake-context.ts';

const refusal =
  'error when evicting pods/"api-1" -n "shop" (will retry after 5s): Cannot evict pod as it would violate the pod\'s disruption budget.\n';
const budget = (status: object) => ({
  metadata: { namespace: 'shop', generation: 1 },
  spec: { selector: { matchLabels: { app: 'api' } } },
  status: { observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 2, expectedPods: 2, ...status },
});

function prove(
  more: { cordoned?: boolean; pods?: readonly unknown[]; status?: object; log?: string; running?: boolean } = {},
) {
  const machine = new FakeMachine('student', {
    exitCode: (more.running ?? true) ? 0 : 1,
    files: { '/home/ops/drain.log': more.log ?? refusal },
  });
  const kube = new FakeKube(
    { 'Node/w1': kubeNode('True', more.cordoned ?? true) },
    { Pod: more.pods ?? [kubePod('api-1')], PodDisruptionBudget: [budget(more.status ?? {})] },
  );
  return drainHangingFault.prove(faultContextOf(kube, machine), { node: 'w1' });
}

test('the drain is started as the colleague, and outlives what starts it', async () => {
  const machine = new FakeMachine('student');
  await drainHangingFault.apply(faultContextOf(new FakeKube({}), machine), { node: 'w1' });
  expect(machine.asked[0]?.user).toBe('ops');
  expect(machine.asked[0]?.argv.at(-1)).toBe('w1');
  expect(machine.asked[0]?.argv[2]).toMatch(/setsid nohup kubectl drain .* &$/);
});

test('it hangs when all that is left is held by a budget for good', async () => {
  expect(await prove()).toMatchObject({ holds: true });
});

test.each([
  ['the node is not cordoned', { cordoned: false }],
  ['nothing is left to move', { pods: [] }],
  ['another pod still moves', { pods: [kubePod('api-1'), kubePod('web-1')] }],
  ['the budget allows a disruption', { status: { disruptionsAllowed: 1 } }],
  ['the budget only waits for a replacement', { status: { currentHealthy: 1 } }],
  ['the budget is not up to date', { status: { observedGeneration: 0 } }],
  ['the drain was not refused yet', { log: 'node/w1 cordoned\n' }],
  ['another pod was refused', { log: refusal.replace('api-1', 'api-11') }],
  ['the drain has ended', { running: false }],
])('it does not when %s', async (_, situation) => {
  expect((await prove(situation)).holds).toBe(false);
});
