import { KubewrightError } from '../../domain/errors.ts';
import type { Exec } from '../../system/exec.ts';
import { docker, dockerIfThere, rows } from './docker.ts';
import { bakerLabel, clusterName, homeLabel, kindClusterLabel, sessionLabel, sessionOfCluster } from './names.ts';
import { thawInside } from './thaw.ts';

const removalDeadlineMs = 120_000;
/** Docker's words for a container whose processes do not end although they were killed (moby, daemon/kill.go). */
const cannotDie = /did not receive an exit event/i;

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
  const volumes = (await Promise.all(containers.map((id) => volumesOf(exec, id)))).flat();
  // Docker answers "removal already in progress" when a second stop runs beside us, and says no to a network that somebody
  // else's container is on; what counts is the look afterwards.
  const refusals: string[] = [];
  const remove = async (...argv: string[]) => {
    const result = await exec.run(['docker', ...argv], { timeoutMs: removalDeadlineMs });
    if (result.exitCode !== 0) refusals.push(result.stderr.trim());
  };
  if (containers.length > 0) await remove('rm', '--force', '--volumes', ...containers);
  if (refusals.some((refusal) => cannotDie.test(refusal))) {
    const stuck = await containersOf(exec, session);
    await Promise.all(stuck.map((container) => thawInside(exec, container)));
    if (stuck.length > 0) await remove('rm', '--force', '--volumes', ...stuck);
  }
  for (const volume of volumes) await remove('volume', 'rm', '--force', volume);
  for (const network of await networksOf(exec, session)) await remove('network', 'rm', network);

  const left = [
    ...(await containersOf(exec, session)).map((id) => `container ${id}`),
    ...(await networksOf(exec, session)).map((id) => `network ${id}`),
    ...(await leftVolumes(exec, volumes)).map((id) => `volume ${id}`),
  ];
  if (left.length === 0) return;
  const reasons = refusals.length === 0 ? '' : `\nThe engine said: ${refusals.join('\n')}`;
  throw new KubewrightError('LEAK', `session ${session} left something behind: ${left.join(', ')}${reasons}`);
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
  return rows(await docker(exec, ['network', 'ls', '--quiet', '--filter', `label=${sessionLabel}=${session}`]));
}

async function volumesOf(exec: Exec, container: string): Promise<string[]> {
  const format = '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}';
  const result = await dockerIfThere(exec, ['inspect', '--format', format, container]);
  return result === undefined ? [] : rows(result);
}

async function leftVolumes(exec: Exec, volumes: readonly string[]): Promise<string[]> {
  const all = new Set(rows(await docker(exec, ['volume', 'ls', '--quiet'])));
  return volumes.filter((volume) => all.has(volume));
}
