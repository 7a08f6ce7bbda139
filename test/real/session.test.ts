import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Verdict } from '../../engine/domain/verdict.ts';
import type { SessionRow } from '../../engine/engine.ts';
import { retryUntil, systemClock } from '../../engine/system/clock.ts';
import { systemExec } from '../../engine/system/exec.ts';
import { type CommandLine, createCommandLine, type EngineObjects, engineObjects, leftSince } from './command-line.ts';
import { clusterAddresses, clusterContainers, docker } from './containers.ts';

let kubewright: CommandLine;
let before: EngineObjects;
let session: string;

beforeAll(async () => {
  before = await engineObjects();
  kubewright = await createCommandLine();
});
afterAll(() => kubewright.end());

const onStudent = async (script: string) => {
  const result = await systemExec.run([
    'docker',
    'exec',
    '--user',
    'student',
    `kubewright-${session}-student`,
    'bash',
    '-lc',
    script,
  ]);
  return `${result.stdout}${result.stderr}`;
};
const readyNodes = async () =>
  (await onStudent('kubectl get nodes --no-headers')).split('\n').filter((line) => / Ready\b/.test(line)).length;
/** Nodes whose kubelet has reported since that moment: a cluster that comes back still believes for a while what it knew before. */
const reportingNodes = async (since: number) => {
  const columns = 'jsonpath={range .items[*]}{.metadata.name} {.spec.renewTime}{"\\n"}{end}';
  const leases = await onStudent(`kubectl get leases --namespace kube-node-lease --output '${columns}'`);
  return leases.split('\n').filter((line) => Date.parse(line.split(' ')[1] ?? '') > since).length;
};

test('a drill starts: a real cluster, broken, handed over', async () => {
  const started = await kubewright.json<{ session: string; state: string }>([
    'start',
    'drain-for-maintenance',
    '--json',
  ]);
  session = started.session;
  expect(started.state).toBe('ready');
  expect(await readyNodes()).toBe(3);
});

test('the student host is an ordinary container that reaches the nodes as the exam does', async () => {
  const host = JSON.parse(
    await docker('inspect', '--format', '{{json .HostConfig}}', `kubewright-${session}-student`),
  ) as Record<string, unknown>;
  expect(host['Privileged']).toBe(false);
  expect(host['Binds']).toBeNull();
  expect(host['CapAdd']).toBeNull();
  expect(await onStudent('for node in cp1 w1 w2; do ssh "$node" "hostname; sudo id -un"; done')).toBe(
    'cp1\nroot\nw1\nroot\nw2\nroot\n',
  );
  // Aliases and completion are there in the interactive shell that a learner gets.
  const interactive = await onStudent("bash -ic 'type k; complete -p kubectl k' 2>/dev/null");
  expect(interactive).toContain("k is aliased to `kubectl'");
  expect(interactive).toMatch(/complete .*__start_kubectl kubectl\n.*__start_kubectl k\n/);
});

test('what a learner starts on a node is bounded, so that a fork bomb leaves the machine to all the others', async () => {
  // 15 % of a machine's 2,048. With cgroup v1 each controller has its own tree.
  const bound = 'cat /sys/fs/cgroup/{pids/,}system.slice/ssh.service/pids.max 2>/dev/null';
  expect(await onStudent(`for node in cp1 w1 w2; do ssh "$node" '${bound}'; done`)).toBe('307\n307\n307\n');
});

test('a check of the untouched drill says no, names what it found, and is no one else’s fault', async () => {
  const { exitCode, stdout } = await kubewright.run(['check', session, '--json']);
  const verdict = JSON.parse(stdout) as Verdict;
  expect(exitCode).toBe(1);
  expect(verdict.exam).toBe('failed');
  expect(verdict.checks.filter((check) => check.result === 'failed').map((check) => check.id)).toEqual([
    'result-rescued',
    'w1-emptied',
    'w1-returned',
  ]);
  expect(verdict.checks.every((check) => check.expected !== '' && check.found !== '' && check.meaning !== '')).toBe(
    true,
  );
});

test('after a restart of all nodes every address is kept, all are Ready again and check still works', async () => {
  const addressesBefore = await clusterAddresses(session);
  expect(Object.values(addressesBefore)).toHaveLength(3);
  await docker('restart', ...(await clusterContainers(session)));
  const restarted = Date.now();
  expect(await clusterAddresses(session)).toEqual(addressesBefore);
  const ready = await retryUntil(systemClock, { withinMs: 300_000, everyMs: 2_000 }, async () =>
    (await reportingNodes(restarted)) === 3 && (await readyNodes()) === 3 ? true : undefined,
  );
  expect(ready).toBe(true);
  expect(await onStudent('ssh w1 hostname')).toBe('w1\n');
  const verdict = await kubewright.json<Verdict>(['check', session, '--json']);
  expect(verdict.checks.find((check) => check.id === 'w1-emptied')).toMatchObject({
    result: 'failed',
    found: expect.stringContaining('node w1 is schedulable with Ready=True'),
  });
});

test('a reset gives the same session a fresh cluster', async () => {
  const containersBefore = await clusterContainers(session);
  const row = await kubewright.json<SessionRow>(['reset', session, '--json']);
  expect(row).toMatchObject({ id: session, scenario: 'drain-for-maintenance', state: 'ready' });
  expect(await readyNodes()).toBe(3);
  expect((await clusterContainers(session)).filter((id) => containersBefore.includes(id))).toEqual([]);
});

test('the reference procedure passes, and Submit makes it final', async () => {
  expect((await kubewright.run(['solve', session])).exitCode).toBe(0);
  const submitted = await kubewright.run(['finish', session, '--json']);
  const verdict = JSON.parse(submitted.stdout) as Verdict;
  expect(verdict, submitted.stdout).toMatchObject({ exam: 'passed', operations: 'passed' });
  expect(submitted.exitCode).toBe(0);
  expect(await kubewright.json<Verdict>(['finish', session, '--json'])).toEqual(verdict);
});

test('after stop nothing is left', async () => {
  expect((await kubewright.run(['stop', session])).exitCode).toBe(0);
  expect(await kubewright.json(['sessions', '--json'])).toEqual([]);
  expect(await kubewright.json(['clean', '--json'])).toEqual({ reaped: [], left: 0 });
  expect(await leftSince(before, kubewright)).toEqual([]);
});
