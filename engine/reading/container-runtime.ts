import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';

/** What the container runtime of a machine says of itself over CRI, the interface that the kubelet uses. */
export interface RuntimeInfo {
  /** RuntimeReady, NetworkReady … with what is wrong where they are false. */
  readonly conditions: readonly { readonly type: string; readonly status: boolean; readonly message?: string }[];
  /** The configuration that it runs with, the runtime's own and not of CRI; undefined where it does not tell. */
  readonly config: unknown;
}

const askWithinMs = 20_000;

/** In words what came instead when it does not answer over CRI. @throws COMMAND_FAILED when the machine cannot be asked. */
export async function readRuntime(machine: Node): Promise<RuntimeInfo | string> {
  const result = await machine.exec(['crictl', 'info', '--output', 'json'], { timeoutMs: askWithinMs });
  if (result.timedOut) return 'no answer in time';
  // The last "desc = …" is the end of what gRPC says: unknown service, connection refused. The text may be quoted twice.
  if (result.exitCode === 1)
    return /desc = (?!.*desc = )[\\"]*([^"\\\n]+)/.exec(result.stderr)?.[1]?.trim() ?? 'an error';
  if (result.exitCode !== 0) throw commandFailed(result);
  const { status, config } = JSON.parse(result.stdout) as {
    status?: { conditions?: RuntimeInfo['conditions'] };
    config?: unknown;
  };
  return { conditions: status?.conditions ?? [], config };
}
