import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';

export interface SnapshotFile {
  readonly bytes: number;
  /**
   * "etcdctl snapshot save" appends the sha256 of all before it; only then the size is 32 more than a multiple of 512
   * (etcdutl/snapshot/v3_snapshot.go). False for a copy of the database, and for a snapshot that was cut or changed.
   */
  readonly whole: boolean;
  /** Whether there is a digest at the end at all. */
  readonly hasDigest: boolean;
  /** Of the file system it is on, as stat(1) names it, such as ext2/ext3, overlayfs and tmpfs. */
  readonly fileSystem: string;
  /** The path with symbolic links resolved. */
  readonly realPath: string;
  /** Permission bits. */
  readonly mode: number;
}

const readWithinMs = 30_000;
const missingFile = 66;

const script = `[ -f "$1" ] || exit ${missingFile}
size=$(stat -L -c %s "$1")
if [ $((size % 512)) = 32 ]; then
  is=$(head -c -32 "$1" | sha256sum | cut -d " " -f 1)
  was=$(tail -c 32 "$1" | od -An -v -tx1 | tr -d " \\n")
fi
printf "%s\\n" "$size" "$is" "$was" "$(stat -L -f -c %T "$1")" "$(readlink -f "$1")" "$(stat -L -c %a "$1")"`;

/** What a file is as a snapshot of etcd; undefined when there is none. @throws COMMAND_FAILED when the machine cannot be asked. */
export async function readSnapshot(machine: Node, path: string): Promise<SnapshotFile | undefined> {
  const result = await machine.exec(['sh', '-c', script, 'sh', path], { user: 'root', timeoutMs: readWithinMs });
  if (result.exitCode === missingFile) return undefined;
  if (result.exitCode !== 0) throw commandFailed(result);
  const [bytes = '', is = '', was = '', fileSystem = '', realPath = '', mode = ''] = result.stdout.split('\n');
  const whole = is !== '' && is === was;
  return { bytes: Number(bytes), whole, hasDigest: was !== '', fileSystem, realPath, mode: Number.parseInt(mode, 8) };
}

export interface SnapshotStatus {
  readonly revision: number;
  /** Hexadecimal, eight digits, as etcdutl prints it in a table. */
  readonly hash: string;
  readonly totalKeys: number;
}

/** What etcdutl says of it; undefined when it cannot make sense of the file. @throws COMMAND_FAILED when the machine cannot be asked. */
export async function readSnapshotStatus(machine: Node, path: string): Promise<SnapshotStatus | undefined> {
  const argv = ['etcdutl', 'snapshot', 'status', path, '--write-out=json'];
  const result = await machine.exec(argv, { user: 'root', timeoutMs: readWithinMs });
  if (result.exitCode === 126 || result.exitCode === 127) throw commandFailed(result);
  if (result.exitCode !== 0) return undefined;
  const { hash, revision, totalKey } = JSON.parse(result.stdout) as {
    hash: number;
    revision: number;
    totalKey: number;
  };
  return { revision, hash: hash.toString(16).padStart(8, '0'), totalKeys: totalKey };
}
