import { KubewrightError } from '../../domain/errors.ts';
import { retryUntil, systemClock } from '../../system/clock.ts';
import type { Exec } from '../../system/exec.ts';
import { docker, dockerOfThoseThere, rows } from './docker.ts';
import {
  bakerLabel,
  clusterName,
  homeLabel,
  kindClusterLabel,
  networkName,
  partsLabel,
  sessionLabel,
  sessionOfCluster,
  studentName,
  witnessName,
} from './names.ts';
import { thawInside } from './thaw.ts';

const removalDeadlineMs = 120_000;
/** Docker's words for a container whose processes do not end although they were killed (moby, daemon/kill.go). */
const cannotDie = /did not receive an exit event/i;
/** Its words for a container that somebody else is removing (daemon/delete.go). */
const isBeingRemoved = /removal of container \S+ is already in progress/i;
const lookAgainMs = 250;

/**
 * Ids of all sessions of which a container or a network exists, whoever left it there.
 * @param home leaves out sessions whose network says that they belong to another store; undefined leaves out none.
 */
export async function findSessions(exec: Exec, home: string | undefined): Promise<string[]> {
  const format = `{{.Label "${sessionLabel}"}}|{{.Label "${kindClusterLabel}"}}`;
  const containers = rows(await docker(exec, ['ps', '--all', '--format', format]));
  const networkFormat = `{{.Label "${sessionLabel}"}}|{{.Label "${homeLabel}"}}|{{.Label "${bakerLabel}"}}`;
  const networks = rows(
    await docker(exec, ['network', 'ls', '--filter', `label=${sessionLabel}`, '--format', networkFormat]),
  ).map((row) => row.split('|'));
  const isForeign = (owner: string | undefined) => home !== undefined && owner !== '' && owner !== home;
  // A cluster that is being made into a golden state is no session.
  const isBaked = (baker: string | undefined) => baker !== undefined && baker !== '';
  const foreign = new Set(
    networks.filter(([, owner, baker]) => isForeign(owner) || isBaked(baker)).map(([session]) => session),
  );
  const sessions = [
    ...networks.map(([session]) => session),
    ...containers.flatMap((row) => {
      const [own, cluster] = row.split('|');
      return [own, sessionOfCluster(cluster ?? '')];
    }),
  ].flatMap((session) => (session === undefined || session === '' || foreign.has(session) ? [] : [session]));
  return [...new Set(sessions)].sort();
}

/**
 * Removes every container, volume and network of a session, then looks again.
 * kind's node containers carry anonymous volumes without labels: their names are read before the containers go.
 * @throws KubewrightError LEAK naming what is still there.
 */
export async function sweep(exec: Exec, session: string): Promise<void> {
  const containers = await containersOf(exec, session);
  const volumes = containers.length === 0 ? [] : await volumesOf(exec, containers);
  // Docker says no to a network that somebody else's container is on; what counts is the look afterwards.
  const refusals = new Set<string>();
  const remove = async (...argv: string[]): Promise<string> => {
    const result = await exec.run(['docker', ...argv], { timeoutMs: removalDeadlineMs });
    const refusal = result.exitCode === 0 ? '' : result.stderr.trim();
    if (refusal !== '') refusals.add(refusal);
    return refusal;
  };
  const removeContainers = async (ids: readonly string[]) =>
    ids.length === 0 ? '' : await remove('rm', '--force', '--volumes', ...ids);
  let refusal = await removeContainers(containers);
  // A second stop runs beside us, or the engine goes on with what a killed process told it: wait for that to come to its end.
  await retryUntil(systemClock, { withinMs: removalDeadlineMs, everyMs: lookAgainMs }, async () => {
    if (!isBeingRemoved.test(refusal)) return true;
    refusal = await removeContainers(await containersOf(exec, session));
    return undefined;
  });
  if (cannotDie.test(refusal)) {
    const stuck = await containersOf(exec, session);
    await Promise.all(stuck.map((container) => thawInside(exec, container)));
    await removeContainers(stuck);
  }
  if (volumes.length > 0) await remove('volume', 'rm', '--force', ...volumes);
  for (const network of await networksOf(exec, session)) await remove('network', 'rm', network);

  const left = [
    ...(await containersOf(exec, session)).map((id) => `container ${id}`),
    ...(await networksOf(exec, session)).map((id) => `network ${id}`),
    ...(await leftVolumes(exec, volumes)).map((id) => `volume ${id}`),
  ];
  if (left.length === 0) return;
  const reasons = refusals.size === 0 ? '' : `\nThe engine said: ${[...refusals].join('\n')}`;
  throw new KubewrightError('LEAK', `session ${session} left something behind: ${left.join(', ')}${reasons}`);
}

/** Names of what a session that was handed over should have and has not: its network, or containers (stopped ones are there). */
export async function missingParts(exec: Exec, session: string): Promise<string[]> {
  const format = `parts {{.Label "${partsLabel}"}}`;
  const ofSession = `label=${sessionLabel}=${session}`;
  const [network] = rows(await docker(exec, ['network', 'ls', '--filter', ofSession, '--format', format]));
  if (network === undefined) return [networkName(session)];
  const parts = network
    .split(' ')
    .slice(1)
    .filter((name) => name !== '');
  const names = ['ps', '--all', '--format', '{{.Names}}', '--filter'];
  const there = new Set([
    ...rows(await docker(exec, [...names, ofSession])),
    ...rows(await docker(exec, [...names, `label=${kindClusterLabel}=${clusterName(session)}`])),
  ]);
  // A session of an earlier kubewright has no such label.
  const wanted = parts.length === 0 ? [witnessName(session), studentName(session)] : parts;
  return wanted.filter((name) => !there.has(name));
}

/** Container ids of a session, running or not. */
export async function containersOf(exec: Exec, session: string): Promise<string[]> {
  const own = await docker(exec, ['ps', '--all', '--quiet', '--filter', `label=${sessionLabel}=${session}`]);
  const kinds = await docker(exec, [
    'ps',
    '--all',
    '--quiet',
    '--filter',
    `label=${kindClusterLabel}=${clusterName(session)}`,
  ]);
  return [...new Set([...rows(own), ...rows(kinds)])];
}

async function networksOf(exec: Exec, session: string): Promise<string[]> {
  const ids = ['network', 'ls', '--quiet', '--filter'];
  const own = await docker(exec, [...ids, `label=${sessionLabel}=${session}`]);
  // A kind that is started after its network was removed makes one of that name, without labels.
  const kinds = await docker(exec, [...ids, `name=^${networkName(session)}$`]);
  return [...new Set([...rows(own), ...rows(kinds)])];
}

async function volumesOf(exec: Exec, containers: readonly string[]): Promise<string[]> {
  const format = '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}';
  return rows(await dockerOfThoseThere(exec, ['inspect', '--format', format, ...containers]));
}

async function leftVolumes(exec: Exec, volumes: readonly string[]): Promise<string[]> {
  const all = new Set(rows(await docker(exec, ['volume', 'ls', '--quiet'])));
  return volumes.filter((volume) => all.has(volume));
}
