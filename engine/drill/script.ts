import { KubewrightError } from '../domain/errors.ts';
import type { Cluster } from '../providers/provider.ts';
import type { ExecResult } from '../system/exec.ts';
import type { PlannedDrill } from './planned-drill.ts';
import { traced } from './traced.ts';

/** Longest run of a procedure: the upgrade of a whole cluster takes about ten minutes on two cores. */
const scriptDeadlineMs = 2_400_000;

/** Where the end of a procedure is noted, on the student host: its exit code. */
export const endFile = '/var/tmp/kubewright-procedure.end';
const supervisor = `rm -f ${endFile}; bash -c "$1" "$0"; code=$?; echo $code > ${endFile}; exit $code`;

/**
 * Runs a procedure on the student host as the learner's user, exactly as a learner would type it.
 * @throws KubewrightError COMMAND_FAILED when the end of the procedure was not seen: the docker client takes the exit code
 * from an inspection, which has 0 for a program that still runs; half a procedure must not be judged as a whole one.
 */
export async function runScript(
  cluster: Cluster,
  drill: PlannedDrill,
  text: string,
  options: { onLine?: (line: string) => void; signal?: AbortSignal | undefined } = {},
): Promise<ExecResult> {
  // As an argument, not on standard input: an ssh in the script would read the rest of the script from there.
  const result = await cluster.student.exec(['bash', '-c', supervisor, 'procedure', traced(text)], {
    env: { ...drill.environment, LANG: 'C.UTF-8', USER: 'student' },
    timeoutMs: scriptDeadlineMs,
    ...options,
  });
  if (result.timedOut || result.exitCode !== 0) return result;
  if ((await cluster.student.read(endFile))?.trim() === '0') return result;
  throw new KubewrightError('COMMAND_FAILED', 'the Docker engine lost sight of the procedure before it ended', {
    remedy: 'Reset the session and run it again, with less work for the machine beside it.',
  });
}
