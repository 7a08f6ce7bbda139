import type { Cluster } from '../providers/provider.ts';
import type { ExecResult } from '../system/exec.ts';
import type { PlannedDrill } from './planned-drill.ts';
import { traced } from './traced.ts';

/** Longest run of a procedure: the upgrade of a whole cluster takes about ten minutes on two cores. */
const scriptDeadlineMs = 2_400_000;

/** Runs a procedure on the student host as the learner's user, exactly as a learner would type it. */
export async function runScript(
  cluster: Cluster,
  drill: PlannedDrill,
  text: string,
  options: { onLine?: (line: string) => void; signal?: AbortSignal | undefined } = {},
): Promise<ExecResult> {
  // As an argument, not on standard input: an ssh in the script would read the rest of the script from there.
  return cluster.student.exec(['bash', '-c', traced(text), 'procedure'], {
    env: { ...drill.environment, LANG: 'C.UTF-8', USER: 'student' },
    timeoutMs: scriptDeadlineMs,
    ...options,
  });
}
