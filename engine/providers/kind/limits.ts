import type Dockerode from 'dockerode';
import { mustSucceed } from '../../system/exec.ts';
import type { Node } from '../provider.ts';
import { answered } from './docker.ts';

/**
 * Bounds of the containers of a session. They are for what runs away (a fork bomb, a program that eats memory), not for
 * what a drill needs: a control plane in the middle of an upgrade has about 800 tasks and 1.5 GiB. Shares count only when
 * the CPU is short: the witness (Docker's 1024) goes on recording beside a machine on which everything runs wild.
 */
const nodeMemoryBytes = 4 * 1024 ** 3;
/**
 * Not many more than are needed. Who moves a process into a control group, as each docker exec does, waits for all on the
 * host that are being forked (Linux, kernel/cgroup, cgroup_threadgroup_rwsem), and each of a bomb's must have its turn among
 * all of them first: 4,096 held up a docker exec in another container for up to 23.8 s, 2,048 for 12.1 s.
 */
const nodeTasks = 2048;
/**
 * Making a cluster must not be felt by whoever works in another one, or a right procedure is late there for a check of
 * time; one that is made ahead waits for those, too.
 */
const nodeShares = { drill: 512, making: 128, ahead: 64 } as const;

/** The largest single file that a program on the student host can write: a disk is not filled by one command. */
const largestFileBytes = 2 * 1024 ** 3;

/** Shares weigh containers against each other: the server is in none. A fork bomb must leave it, and everybody else, a core. */
const studentCores = '1';

export const studentLimits: readonly string[] = [
  ...['--memory', '1g', '--memory-swap', '1g', '--pids-limit', '1024', '--cpu-shares', '256', '--cpus', studentCores],
  ...['--ulimit', `fsize=${largestFileBytes}:${largestFileBytes}`],
];

/** What a cluster is made with that somebody waits for, or nobody yet. */
export function whileMaking({ ahead }: { readonly ahead?: boolean }): 'making' | 'ahead' {
  return ahead === true ? 'ahead' : 'making';
}

/** For a node that we start ourselves. */
export function nodeLimits(purpose: keyof typeof nodeShares): Dockerode.HostConfig {
  return {
    Memory: nodeMemoryBytes,
    MemorySwap: nodeMemoryBytes,
    PidsLimit: nodeTasks,
    CpuShares: nodeShares[purpose],
  };
}

/** kind starts its nodes without bounds; they get them as soon as they are there. */
export async function limitNodes(
  engine: Pick<Dockerode, 'getContainer'>,
  machines: readonly { readonly container: string }[],
  purpose: keyof typeof nodeShares,
): Promise<void> {
  const limits = nodeLimits(purpose);
  await Promise.all(
    machines.map(({ container }) => answered(`update ${container}`, engine.getContainer(container).update(limits))),
  );
}

/**
 * systemd lets a service have 15 % of the tasks that its machine may have when the service starts; ssh has started before
 * a machine of kind's has a bound. Anew it has one, so that a learner's fork bomb leaves the machine to all the others.
 */
export async function boundShells(node: Pick<Node, 'exec'>): Promise<void> {
  await mustSucceed({ run: node.exec }, ['systemctl', 'try-restart', 'ssh']);
}
