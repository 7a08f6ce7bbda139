import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Verdict } from '../../engine/domain/verdict.ts';
import { systemExec } from '../../engine/system/exec.ts';
import { type CommandLine, createCommandLine, type EngineObjects, engineObjects, leftSince } from './command-line.ts';

let kubewright: CommandLine;
let before: EngineObjects;
let imagesBefore: readonly string[];
let session: string;

const lines = (text: string) => text.split('\n').filter((line) => line !== '');
const docker = async (...argv: string[]) => {
  const result = await systemExec.run(['docker', ...argv], { timeoutMs: 180_000 });
  expect(result.exitCode, result.stderr).toBe(0);
  return result.stdout;
};
/** What other stores on this engine have is none of our business. */
const goldenImages = async () =>
  lines(await docker('images', '--filter', 'label=kubewright.golden.part', '--format', '{{.Repository}}:{{.Tag}}'));
const madeHere = async () => (await goldenImages()).filter((tag) => !imagesBefore.includes(tag));
/** Name, image and address of each node's container. */
const nodes = async () => {
  const filter = `label=io.x-k8s.kind.cluster=kubewright-${session}`;
  const ids = lines(await docker('ps', '--all', '--quiet', '--no-trunc', '--filter', filter));
  const format =
    '{{.Id}} {{.Name}} {{index .Config.Labels "kubewright.golden"}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return lines(await docker('inspect', '--format', format, ...ids)).map((line) => {
    const [id, name, golden, address] = line.split(' ');
    return { id, name, golden, address };
  });
};
const onNode = (script: string) =>
  docker(
    'exec',
    `kubewright-${session}-control-plane`,
    'bash',
    '-ec',
    `export KUBECONFIG=/etc/kubernetes/admin.conf; ${script}`,
  );

beforeAll(async () => {
  before = await engineObjects();
  kubewright = await createCommandLine();
  imagesBefore = await goldenImages();
});
afterAll(() => kubewright.end());

test('a drill starts on a cluster restored from a golden state', async () => {
  const started = await kubewright.json<{ session: string; state: string }>([
    ...['start', 'drain-for-maintenance', '--golden', '--json'],
  ]);
  session = started.session;
  expect(started.state).toBe('ready');
  const found = await nodes();
  expect(found).toHaveLength(3);
  expect(found.every(({ golden }) => golden !== undefined && golden !== '')).toBe(true);
});

test('nothing of the rest it comes from can be seen in it', async () => {
  expect(lines(await onNode('kubectl get nodes --no-headers')).every((line) => / Ready /.test(line))).toBe(true);
  const restarts = '{range .items[*].status.containerStatuses[*]}{.restartCount}{"\\n"}{end}';
  expect(new Set(lines(await onNode(`kubectl get pods --all-namespaces --output 'jsonpath=${restarts}'`)))).toEqual(
    new Set(['0']),
  );
  // The rules that held pods back are gone, and every kubelet starts with its machine.
  expect(await onNode('iptables --list-rules FORWARD; iptables --list-rules OUTPUT')).not.toContain('10.96.0.0/16');
  for (const { name } of await nodes()) {
    expect((await docker('exec', (name ?? '').slice(1), 'systemctl', 'is-enabled', 'kubelet')).trim()).toBe('enabled');
  }
  // kubeadm's token is good for a day from now.
  const left = Number(await onNode('kubeadm token list --output json | jq --raw-output "(.expires | fromdate) - now"'));
  expect(left).toBeGreaterThan(22 * 3_600);
  expect(left).toBeLessThan(25 * 3_600);
});

test('a golden state that a session was restored from is not removed', async () => {
  const { golden } = await kubewright.json<{ golden: { inUse: number } }>(['clean', '--golden', '--json']);
  expect(golden.inUse).toBeGreaterThan(0);
});

test('a reset restores the same addresses on other machines', async () => {
  const former = await nodes();
  await kubewright.json(['reset', session, '--json']);
  const present = await nodes();
  const place = (all: typeof present) => all.map(({ name, address }) => `${name} ${address}`).sort();
  expect(present.every(({ golden }) => golden === former[0]?.golden)).toBe(true);
  expect(place(present)).toEqual(place(former));
  expect(present.filter(({ id }) => former.some((machine) => machine.id === id))).toEqual([]);
});

test('the reference procedure passes as on a cluster made from nothing', async () => {
  expect((await kubewright.run(['solve', session])).exitCode).toBe(0);
  const submitted = await kubewright.run(['finish', session, '--json']);
  const verdict = JSON.parse(submitted.stdout) as Verdict;
  expect(verdict, submitted.stdout).toMatchObject({ exam: 'passed', operations: 'passed' });
});

test('after stop and clean nothing is left, images included', async () => {
  expect((await kubewright.run(['stop', session])).exitCode).toBe(0);
  expect(await leftSince(before)).toEqual([]);
  const { golden } = await kubewright.json<{ golden: { removed: number } }>(['clean', '--golden', '--json']);
  expect(golden.removed).toBeGreaterThan(0);
  expect(await madeHere()).toEqual([]);
});
