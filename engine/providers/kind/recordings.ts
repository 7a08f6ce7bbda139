import { commandFailed } from '../../system/exec.ts';
import type { Node, Recording } from '../provider.ts';

const program = '/usr/local/lib/kubewright/recorder.py';
const readDeadlineMs = 60_000;
/** Each terminal's is at most 24 MiB, see recorder.py. */
const maxBytes = 256 * 1024 * 1024;

/** Reads the recordings that the holder of the shells has written. @throws COMMAND_FAILED when the student host cannot be asked. */
export async function readRecordings(student: Node): Promise<readonly Recording[]> {
  // As root, because the recordings are; isolated, because what the learner has put into python's way must not run as root.
  const result = await student.exec(['python3', '-I', '-S', program, 'print'], {
    user: 'root',
    timeoutMs: readDeadlineMs,
    maxOutputBytes: maxBytes,
  });
  if (result.exitCode !== 0) throw commandFailed(result);
  return result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recording);
}
