import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';

/** A container as the runtime of a node knows it, whatever the API server says. */
export interface RuntimeContainer {
  readonly id: string;
  readonly running: boolean;
  /** Wall clock ms. */
  readonly createdAt: number;
}

const askWithinMs = 20_000;

/**
 * The containers of that name on the node, those that have ended too, newest first.
 * @throws COMMAND_FAILED when the runtime cannot be asked.
 */
export async function readContainers(machine: Node, name: string): Promise<RuntimeContainer[]> {
  const stdout = await ask(machine, ['crictl', 'ps', '--all', '--name', `^${name}$`, '--output', 'json']);
  const { containers = [] } = JSON.parse(stdout) as {
    containers?: { id: string; state: string; createdAt: string }[] | null;
  };
  return (containers ?? [])
    .map(({ id, state, createdAt }) => ({
      id,
      running: state === 'CONTAINER_RUNNING',
      // Nanoseconds as text: more than a number holds exactly, and a thousandth of a second is enough.
      createdAt: Number(createdAt.slice(0, -6)),
    }))
    .toSorted((a, b) => b.createdAt - a.createdAt);
}

/** The exit code of a container that has ended. @throws COMMAND_FAILED when the runtime cannot be asked. */
export async function readExitCode(machine: Node, id: string): Promise<number | undefined> {
  const stdout = await ask(machine, ['crictl', 'inspect', '--output', 'json', id]);
  const { status } = JSON.parse(stdout) as { status?: { state?: string; exitCode?: number } };
  return status?.state === 'CONTAINER_EXITED' ? (status.exitCode ?? 0) : undefined;
}

async function ask(machine: Node, argv: readonly string[]): Promise<string> {
  const result = await machine.exec(argv, { timeoutMs: askWithinMs });
  if (result.exitCode !== 0) throw commandFailed(result);
  return result.stdout;
}
