import { KubewrightError } from '../../domain/errors.ts';
import { identities } from '../../domain/timeline.ts';
import type { Exec } from '../../system/exec.ts';
import type { Node } from '../provider.ts';
import { docker } from './docker.ts';
import { type Credentials, kubeconfig } from './identities.ts';
import { networkName, sessionLabel, studentName } from './names.ts';

/** Bounds of the learner's host: a fork bomb or a runaway program there stays there. */
const limits = ['--pids-limit', '1024', '--memory', '1g', '--memory-swap', '1g'];

const knownHosts = '/etc/ssh/ssh_known_hosts';

/**
 * Starts the student host: an ordinary container, unprivileged, no mounts, no engine socket.
 * @param address its fixed one; without it the engine hands one out
 */
export async function startStudentHost(exec: Exec, session: string, image: string, address?: string): Promise<void> {
  await docker(exec, [
    'run',
    '--detach',
    ...['--name', studentName(session), '--hostname', 'student', '--network', networkName(session)],
    ...(address === undefined ? [] : ['--ip', address, '--network-alias', 'student']),
    ...['--label', `${sessionLabel}=${session}`, '--restart', 'unless-stopped'],
    ...limits,
    image,
  ]);
}

/**
 * Gives the learner what the exam's base host has: kubectl that works, `ssh <node>` with the session's key, and a
 * colleague's account (ops) that faults act in.
 */
export async function furnishStudentHost(
  student: Node,
  nodes: readonly Node[],
  server: string,
  credentials: { learner: Credentials; ops: Credentials },
): Promise<void> {
  await succeed(student, [
    'set -eu',
    'id ops >/dev/null 2>&1 || useradd --create-home --shell /bin/bash ops',
    'chmod 0755 /home/ops',
    'chown student: /opt',
    'install -d -m 0700 -o student -g student /home/student/.ssh',
    'install -d -m 0700 -o student -g student /home/student/.kube',
    'install -d -m 0700 -o ops -g ops /home/ops/.kube',
    `[ -f /home/student/.ssh/id_ed25519 ] || su student -c 'ssh-keygen -q -t ed25519 -N "" -C student -f /home/student/.ssh/id_ed25519'`,
  ]);
  await student.write(
    '/home/student/.kube/config',
    kubeconfig(identities.learner, server, credentials.learner),
    '0600',
  );
  await student.write('/home/ops/.kube/config', kubeconfig(identities.ops, server, credentials.ops), '0600');
  await student.write('/etc/ssh/ssh_config.d/kubewright.conf', sshConfig(nodes));
  await succeed(student, ['set -eu', 'chown -R student: /home/student/.kube', 'chown -R ops: /home/ops/.kube']);

  const key = await studentKey(student);
  const hostKeys = await Promise.all(nodes.map((node) => admitStudent(node, key)));
  await student.write(knownHosts, hostKeys.join(''));
}

/** Lets the learner in on a machine that has taken the place of another one: with the same key, under the new host key. */
export async function readmitStudent(student: Node, node: Node): Promise<void> {
  const line = await admitStudent(node, await studentKey(student));
  const known = (await student.read(knownHosts)) ?? '';
  const others = known.split('\n').filter((other) => other !== '' && !other.startsWith(`${node.name},`));
  await student.write(knownHosts, [...others, line].join('\n'));
}

async function studentKey(student: Node): Promise<string> {
  const key = await student.read('/home/student/.ssh/id_ed25519.pub');
  if (key === undefined) throw new KubewrightError('PROVISION_FAILED', 'the student host has no ssh key');
  return key;
}

/** Lets the key in on a node and returns the node's line for known_hosts. */
async function admitStudent(node: Node, key: string): Promise<string> {
  await node.write('/home/student/.ssh/authorized_keys', key, '0600');
  await succeed(node, ['set -eu', 'chmod 0700 /home/student/.ssh', 'chown -R student: /home/student/.ssh']);
  const hostKey = await node.read('/etc/ssh/ssh_host_ed25519_key.pub');
  if (hostKey === undefined) throw new KubewrightError('PROVISION_FAILED', `${node.name} has no ssh host key`);
  const [type, material] = hostKey.trim().split(' ');
  return `${node.name},${node.address} ${type} ${material}\n`;
}

function sshConfig(nodes: readonly Node[]): string {
  return nodes
    .map(
      (node) =>
        `Host ${node.name}\n  HostName ${node.address}\n  User student\n  CheckHostIP no\n  ServerAliveInterval 15\n`,
    )
    .join('');
}

async function succeed(machine: Node, script: readonly string[]): Promise<void> {
  const result = await machine.exec(['sh', '-c', script.join('\n')], { user: 'root' });
  if (result.exitCode === 0) return;
  throw new KubewrightError('PROVISION_FAILED', `${machine.name} could not be furnished: ${result.stderr.trim()}`);
}
