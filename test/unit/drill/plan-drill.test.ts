import { describe, expect, test } from 'vitest';
import { planDrill } from '../../../engine/drill/plan-drill.ts';
import { openObjectives, steadyChecks } from '../../../engine/drill/planned-drill.ts';
import { createShelf } from '../../../engine/drill/shelf.ts';
import { changed, makeScenarioFolder } from '../scenario/scenario-folder.ts';
import { smallDrill } from './small-drill.ts';

const ofFrom = { FROM_VERSION: '1.34.4', FROM_ETCD: '3.6.5-0', FROM_COREDNS: 'v1.12.1' };
const ofTo = { TO_VERSION: '1.35.4', TO_ETCD: '3.6.6-0', TO_COREDNS: 'v1.13.1' };
const session = { SESSION_TOKEN: 'tok-123', KUBEADM_FLAGS: '--flag', ...ofFrom, ...ofTo };

async function planOf(files: Parameters<typeof makeScenarioFolder>[0] = {}, pack = '# nothing\n') {
  const folder = await makeScenarioFolder(files);
  await folder.write(`${folder.dependencies.workloadsFolder}/town.yaml`, pack);
  const scenario = await createShelf(folder.scenarios, folder.dependencies).load('mend-the-door');
  return planDrill(scenario, session, folder.dependencies.workloadsFolder);
}

describe('planning a drill', () => {
  test('fills in the variables of the session and of the scenario, everywhere', async () => {
    const drill = await planOf();
    expect(drill.events).toMatchObject([{ id: 'guest', do: { text: 'hello tok-123' } }]);
    expect(drill.faults).toEqual([{ kind: 'door-jammed', spec: expect.objectContaining({ node: 'w1' }) as unknown }]);
    expect(drill.tasks).toMatchObject([{ id: 'open', points: 5, markdown: expect.stringContaining('`w1`') as string }]);
    expect(JSON.stringify(drill)).not.toContain('${');
  });

  test('fills in the manifests of the packs, in the order of the scenario', async () => {
    const drill = await planOf({}, 'node: ${WORKER_1}\ntoken: ${SESSION_TOKEN}\nshell: ${OTHER}\n');
    expect(drill.manifests).toEqual(['node: w1\ntoken: tok-123\nshell: ${OTHER}\n']);
  });

  test('gives scripts the variables but never the token', async () => {
    const { environment } = await planOf();
    const ofMachines = { CONTROL_PLANE: 'cp1', WORKER_1: 'w1' };
    expect(environment).toEqual({ FROM: '1.34', ...ofFrom, ...ofMachines, KUBEADM_FLAGS: '--flag' });
    const upgrade = await planOf({ 'scenario.yaml': changed('from: "1.34"', 'from: "1.34", to: "1.35"') });
    expect(upgrade.environment).toEqual({ ...environment, TO: '1.35', AFTER_TO: '1.36', ...ofTo });
  });

  test('asks for the minor that is upgraded to and for markers only where the scenario does', async () => {
    expect(await planOf()).toMatchObject({ minor: '1.34', upgradeTo: undefined, markers: false });
    const text = changed('from: "1.34"', 'from: "1.34", to: "1.35"').replace('cluster:', 'markers: true\ncluster:');
    expect(await planOf({ 'scenario.yaml': text })).toMatchObject({ minor: '1.34', upgradeTo: '1.35', markers: true });
  });

  test('keeps what a check says of its time, and gives the others a time', async () => {
    const drill = await planOf();
    expect(drill.checks.map(({ id, task, mode, withinMs }) => ({ id, task, mode, withinMs }))).toEqual([
      { id: 'opened', task: 'open', mode: 'converge', withinMs: 120_000 },
      { id: 'never-down', task: 'open', mode: 'hold', withinMs: 30_000 },
    ]);
    const { checks } = await planOf({ 'scenario.yaml': changed('within: 2m, ', '') });
    expect(checks[0]?.withinMs).toBe(30_000);
  });

  test('says which pack cannot be read', async () => {
    const folder = await makeScenarioFolder();
    const scenario = await createShelf(folder.scenarios, folder.dependencies).load('mend-the-door');
    await expect(planDrill(scenario, session, `${folder.root}/nowhere`)).rejects.toMatchObject({
      code: 'SCENARIO_INVALID',
      message: 'the workload pack "town" cannot be read',
    });
  });
});

describe('what has to fail and to hold at the start', () => {
  const [objective, safeguard] = smallDrill().checks;
  const held = objective === undefined ? [] : [{ ...objective, id: 'held', holdsAtStart: true }];
  const drill = smallDrill({ checks: [objective, safeguard].filter((check) => check !== undefined).concat(held) });

  test('objectives are open unless they hold at the start', () => {
    expect(openObjectives(drill).map(({ id }) => id)).toEqual(['opened']);
  });

  test('safeguards, and objectives that hold at the start, are steady', () => {
    expect(steadyChecks(drill).map(({ id }) => id)).toEqual(['never-down', 'held']);
  });
});
