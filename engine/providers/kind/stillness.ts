import { readFile, rm, writeFile } from 'node:fs/promises';
import type { Exec } from '../../system/exec.ts';
import { docker, rows } from './docker.ts';
import { kindClusterLabel, sessionLabel, sessionOfCluster, witnessName } from './names.ts';

/**
 * Stops the processes of all containers of a session that run. What stands still already, such as a machine that a fault has
 * frozen, is left to whoever did that.
 * @param note file that names what stands still because of us, there for as long as that is so: any process can wake it
 */
export async function standStill(exec: Exec, session: string, note: string): Promise<void> {
  const running = await containersOf(exec, session, 'running');
  if (running.length === 0) return;
  // Before anything stands still: whoever is killed meanwhile leaves a session that can be woken.
  await writeFile(note, running.join('\n'), { mode: 0o600 });
  // The witness first: it must not see the others stop.
  const witness = witnessName(session);
  const order = running.toSorted((a, b) => Number(b === witness) - Number(a === witness));
  try {
    await docker(exec, ['pause', ...order]);
  } catch (error) {
    await wake(exec, session, note);
    throw error;
  }
}

/** Lets go on what standStill() has stopped; nothing where nothing is. */
export async function wake(exec: Exec, session: string, note: string): Promise<void> {
  const noted = (await readFile(note, 'utf8').catch(() => '')).split('\n');
  if (noted[0] === '') return;
  const paused = await containersOf(exec, session, 'paused');
  const witness = witnessName(session);
  // The witness last, when there is something to see.
  const order = noted
    .filter((container) => paused.includes(container))
    .toSorted((a, b) => Number(a === witness) - Number(b === witness));
  if (order.length > 0) await docker(exec, ['unpause', ...order]);
  await rm(note, { force: true });
}

async function containersOf(exec: Exec, session: string, state: 'running' | 'paused'): Promise<string[]> {
  const format = `{{.Names}}|{{.Label "${sessionLabel}"}}|{{.Label "${kindClusterLabel}"}}`;
  const found = await docker(exec, ['ps', '--filter', `status=${state}`, '--format', format]);
  return rows(found).flatMap((row) => {
    const [container = '', own = '', cluster = ''] = row.split('|');
    return own === session || sessionOfCluster(cluster) === session ? [container] : [];
  });
}
