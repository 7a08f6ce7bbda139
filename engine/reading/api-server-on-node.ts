import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';

export interface ReadyAnswer {
  readonly ready: boolean;
  /** "answers ready", "answers 500: etcd failed", "does not answer: connection refused". */
  readonly said: string;
}

/** Beyond curl's own deadline only when the machine hangs. */
const askWithinMs = 15_000;
const curlWithinSeconds = 5;

/** curl's exit codes for "no HTTP answer came": EXIT CODES in curl(1). Anything else means that it could not ask. */
const noAnswer: Readonly<Record<number, string>> = {
  7: 'the connection is refused',
  28: `no answer within ${curlWithinSeconds} s`,
  35: 'the TLS handshake fails',
  52: 'the connection is closed without an answer',
  55: 'the connection breaks',
  56: 'the connection breaks',
};

/**
 * Asks the API server of a control plane for its readiness on the machine itself, past every load balancer and every
 * kubeconfig. Everybody may ask this (ClusterRole system:public-info-viewer), and the certificate is not looked at:
 * whether clients trust it is another question.
 * @throws COMMAND_FAILED when the machine cannot be asked.
 */
export async function askReadiness(machine: Node): Promise<ReadyAnswer> {
  const result = await machine.exec(
    [
      'curl',
      ...['--silent', '--insecure', '--noproxy', '*', '--max-time', String(curlWithinSeconds)],
      ...['--write-out', '\\n%{http_code}', 'https://127.0.0.1:6443/readyz?verbose'],
    ],
    { timeoutMs: askWithinMs },
  );
  const why = noAnswer[result.exitCode];
  if (why !== undefined) return { ready: false, said: `does not answer: ${why}` };
  if (result.exitCode !== 0) throw commandFailed(result);
  const lines = result.stdout.trimEnd().split('\n');
  const status = lines.pop() ?? '';
  if (status === '200') return { ready: true, said: 'answers that it is ready' };
  // "[-]etcd failed: reason withheld" for each part that is not well (k8s.io/apiserver/pkg/server/healthz).
  const failing = lines.flatMap((line) => /^\[-\](\S+)/.exec(line)?.[1] ?? []);
  const parts = failing.length === 0 ? '' : `: ${failing.join(', ')} failed`;
  return { ready: false, said: `answers ${status}${parts}` };
}
