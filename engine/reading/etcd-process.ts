import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';

/** The database file that a running etcd has open. */
export interface OpenDatabase {
  /** device:inode, equal for the same file whatever path it is reached by. */
  readonly file: string;
  /** As the etcd process sees it; ends with " (deleted)" when nobody else can reach it any more. */
  readonly path: string;
}

const askWithinMs = 15_000;

/** Of pods only: an etcd that somebody tries out in a shell is not the cluster's. */
const script = `for pid in $(pgrep -x etcd); do
  grep -q kubepods "/proc/$pid/cgroup" 2>/dev/null || continue
  for open in "/proc/$pid/fd/"*; do
    path=$(readlink "$open") || continue
    case $path in */member/snap/db*) stat -L -c "%d:%i $path" "$open" ;; esac
  done
done 2>/dev/null
true`;

/** The database of the etcd that runs as a pod of the node; undefined when none runs. @throws COMMAND_FAILED when the machine cannot be asked. */
export async function readOpenDatabase(machine: Node): Promise<OpenDatabase | undefined> {
  const result = await machine.exec(['sh', '-c', script], { timeoutMs: askWithinMs });
  if (result.exitCode !== 0) throw commandFailed(result);
  const [file = '', ...path] = (result.stdout.split('\n')[0] ?? '').split(' ');
  return file === '' ? undefined : { file, path: path.join(' ') };
}

/** device:inode of the database in a data directory; undefined when there is none. @throws COMMAND_FAILED when the machine cannot be asked. */
export async function readDatabaseFile(machine: Node, dataDir: string): Promise<string | undefined> {
  const script = '[ -e "$1" ] || exit 66; exec stat -L -c %d:%i "$1"';
  const result = await machine.exec(['sh', '-c', script, 'sh', `${dataDir}/member/snap/db`], {
    timeoutMs: askWithinMs,
  });
  if (result.exitCode === 66) return undefined;
  if (result.exitCode !== 0) throw commandFailed(result);
  return result.stdout.trim();
}
