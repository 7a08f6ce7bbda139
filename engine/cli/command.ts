import type { Kubewright } from '../compose.ts';
import type { Output } from './output.ts';

/** What a command gets. Commands set the exit code through their return value. */
export interface CommandContext {
  readonly output: Output;
  /** Made on first use, so that --help and usage errors touch nothing. */
  readonly kubewright: () => Kubewright & { readonly in: (scenariosFolder?: string) => Kubewright };
  /** Fires on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Exit codes of the contract (design.md): 0 as wished, 1 a verdict says no, 2 wrong use, 3 the environment cannot, 4 inconclusive. */
export const exitCodes = { ok: 0, no: 1, usage: 2, environment: 3, inconclusive: 4 } as const;
