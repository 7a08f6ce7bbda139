/** Where a procedure leaves the trace of its commands, on the student host. */
export const traceFile = '/var/tmp/kubewright-procedure.trace';

/**
 * A procedure with bash's own trace (set -x) written to a descriptor of its own: what it does and prints is what it would
 * be without. PS4's first character stands for the depth, so that commands in $( ) can be told from the script's own.
 */
export function traced(procedure: string): string {
  return [
    `exec {kubewright_trace}>>${traceFile}`,
    'BASH_XTRACEFD=$kubewright_trace',
    `PS4=$'+\\x1f''$EPOCHREALTIME'$'\\x1f'`,
    'set -x',
    procedure,
  ].join('\n');
}
