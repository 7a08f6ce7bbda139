import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSystemHost, hasCgroupV1 } from '../../clusters/host/index.ts';
import { ensureImages, ensureTools } from '../../clusters/images/index.ts';
import { defaultMinor, loadBalancerImage } from '../../clusters/node-image/versions.ts';
import { compose } from '../../engine/compose.ts';
import { restoredEntrypoint } from '../../engine/providers/kind/golden/entrypoint.ts';
import { hashPrograms } from '../../engine/providers/kind/golden/key.ts';
import { keyOf, type Recipe } from '../../engine/providers/kind/golden/oven.ts';
import { findGolden, listGolden, removeGolden } from '../../engine/providers/kind/golden/shelf.ts';
import { goldenLabel, networkName } from '../../engine/providers/kind/names.ts';
import type { Cluster, ClusterRequest } from '../../engine/providers/provider.ts';
import { retryUntil, systemClock } from '../../engine/system/clock.ts';
import { systemExec } from '../../engine/system/exec.ts';
import {
  type CommandLine,
  checkout,
  createCommandLine,
  type EngineObjects,
  engineObjects,
  leftSince,
} from './command-line.ts';
import { clusterAddresses, clusterContainers, docker } from './containers.ts';

const session = 'goldenha';
const machines = 5;
let kubewright: CommandLine;
let before: EngineObjects;
let shelf: Set<string>;
let provider: ReturnType<typeof compose>['provider'];
let cluster: Cluster;
let key: string | undefined;

beforeAll(async () => {
  before = await engineObjects();
  kubewright = await createCommandLine();
  process.env['KUBEWRIGHT_HOME'] = kubewright.home;
  shelf = new Set((await listGolden(systemExec)).map(({ part }) => part));
  ({ provider } = compose());
});
afterAll(async () => {
  await provider.destroy(session);
  // What this test has put there; those of others, who may be baking beside it, stay.
  const own = (await listGolden(systemExec)).filter(({ part, state }) => state?.key === key && !shelf.has(part));
  await removeGolden(systemExec, own);
  delete process.env['KUBEWRIGHT_HOME'];
  await kubewright.end();
});

const request: ClusterRequest = {
  session,
  shape: { name: 'ha', controlPlanes: 3, workers: 1, spares: 0 },
  minor: defaultMinor,
  markers: false,
  probes: [],
  golden: 'make',
  progress: (line) => void process.stdout.write(`  ${line}\n`),
};

interface Lease {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly renewTime?: string | Date };
}
const reportedSince = async (moment: number) => {
  const leases = await cluster.kube
    .list<Lease>({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'kube-node-lease' })
    .catch(() => []);
  return leases
    .filter(({ spec }) => new Date(spec.renewTime ?? 0).getTime() > moment)
    .map(({ metadata }) => metadata.name);
};
/** Members of etcd that vote and answer, as the first control plane sees them. */
const healthyMembers = async () => {
  const pki = '/etc/kubernetes/pki/etcd';
  const { stdout } = await cluster
    .machine('cp1')
    .exec([
      ...['etcdctl', '--endpoints=https://127.0.0.1:2379', `--cacert=${pki}/ca.crt`, `--cert=${pki}/server.crt`],
      ...[`--key=${pki}/server.key`, 'endpoint', 'health', '--cluster'],
    ]);
  return stdout.split('\n').filter((line) => line.includes('is healthy')).length;
};

test('three control planes that were restored from a golden state come back from a restart of all their machines', async () => {
  cluster = await provider.create(request);
  expect(cluster.restored).toBe(true);
  const [first = ''] = await clusterContainers(session);
  key = await docker('inspect', '--format', `{{index .Config.Labels "${goldenLabel}"}}`, first);
  expect(await healthyMembers()).toBe(3);
  const addressesBefore = await clusterAddresses(session);
  expect(Object.values(addressesBefore)).toHaveLength(machines);

  await docker('restart', ...(await clusterContainers(session)));
  const restarted = Date.now();
  expect(await clusterAddresses(session)).toEqual(addressesBefore);
  const back = await retryUntil(systemClock, { withinMs: 600_000, everyMs: 2_000 }, async () =>
    (await reportedSince(restarted)).length === machines - 1 && (await healthyMembers()) === 3 ? true : undefined,
  );
  expect(back, `reported: ${(await reportedSince(restarted)).join(', ')}; members: ${await healthyMembers()}`).toBe(
    true,
  );
});

/** Takes init's place in a machine and says what it found. What differs from one container to the next is left out. */
const look = String.raw`#!/bin/sh
awk '{ print $4, $5, $6, $7, $9, $10, $11 }' /proc/self/mountinfo | sed -E 's/[0-9a-f]{64}/ID/g; s/(master|shared):[0-9]+/\1/g' | sort
iptables-save | sed -E '/^#/d; s/127.0.0.11:[0-9]+/PORT/; s/--sport [0-9]+/PORT/; s/\[[0-9:]+\]//'
cd /sys/fs/cgroup && grep -H . cpuset/kubelet/cpuset.??[su]s cpuset/kubelet.slice/cpuset.??[su]s 2>/dev/null
cat /etc/hosts /etc/resolv.conf /etc/resolv.conf.original /etc/hostname /etc/machine-id
env | sort
`;

test('before init a restored machine is as kind’s own entrypoint leaves it', async () => {
  const worker = Object.entries(await clusterAddresses(session)).find(([name]) => name.endsWith('-worker'));
  const [container = '', workers = ''] = worker ?? [];
  const address = workers.replace(/\d+$/, '200');
  const image = await docker('inspect', '--format', '{{.Image}}', container);
  const begin = async (entrypoint: readonly string[]) => {
    const prepare = `rm /sbin/init; printf %s "$LOOK" > /sbin/init; chmod 0755 /sbin/init; unset LOOK; printf ${address} > /kind/old-ipv4`;
    const said = await docker(
      ...['run', '--rm', '--privileged', '--cgroupns=private', '--tmpfs=/run', '--tmpfs=/tmp', '--hostname=w1'],
      ...[`--network=${networkName(session)}`, `--ip=${address}`, `--env=LOOK=${look}`, '--entrypoint=sh', image],
      ...['-c', `${prepare}; exec "$@" 2>&1`, 'sh', ...entrypoint],
    );
    const lines = said.split('\n');
    return { found: lines.filter((line) => !line.startsWith('INFO: ')), byKind: lines.includes('INFO: starting init') };
  };
  const kinds = await begin(['kubewright-entrypoint', '/sbin/init']);
  const ours = await begin(restoredEntrypoint);
  expect([kinds.byKind, ours.byKind]).toEqual([true, false]);
  expect(ours.found).toEqual(kinds.found.filter((line) => !line.startsWith('Initializing machine ID')));
  expect(ours.found.join('\n')).toContain('-j DOCKER_OUTPUT');
});

test('a golden state serves what it was made from, and nothing whose image or programs are others by now', async () => {
  const deps = { exec: systemExec, progress: () => undefined };
  const recipe: Recipe = {
    ...{ shape: request.shape, minor: defaultMinor, upgradeTo: undefined, loadBalancerImage },
    cgroupV1: await hasCgroupV1(createSystemHost()),
    kind: (await ensureTools(deps)).kind,
    image: (await ensureImages(deps, { minor: defaultMinor })).node,
  };
  const programs = await hashPrograms(join(checkout, 'engine', 'providers', 'kind'));
  const keyFor = async (of: Recipe) => keyOf(systemExec, of, programs);
  const states = async (of: string) => (await findGolden(systemExec, of, Date.now())).length;
  expect(await keyFor(recipe)).toBe(key);
  expect(await states(await keyFor(recipe))).toBeGreaterThan(0);

  // The same tag stands for the image first, and for another one afterwards, as it does when an image is made again.
  const image = `kubewright/golden-test:${session}`;
  try {
    await docker('tag', recipe.image, image);
    expect(await keyFor({ ...recipe, image })).toBe(key);
    await docker('tag', loadBalancerImage, image);
    expect(await states(await keyFor({ ...recipe, image }))).toBe(0);
  } finally {
    await docker('image', 'rm', image);
  }
  expect(await states(await keyOf(systemExec, recipe, `${programs}, changed`))).toBe(0);
});

test('it leaves nothing behind', async () => {
  await cluster.close();
  await provider.destroy(session);
  expect(await leftSince(before, kubewright)).toEqual([]);
});
