import { KubewrightError } from '../../engine/domain/errors.ts';
import { commandFailed } from '../../engine/system/exec.ts';
import type { ImageContext } from './context.ts';

/** How a program says its version, and how that line reads for version v. */
interface VersionQuestion {
  readonly args: readonly string[];
  readonly answer: (version: string) => string;
}

const kubernetes: VersionQuestion = { args: ['--version'], answer: (version) => `Kubernetes v${version}` };

const versionQuestions = {
  kubeadm: { args: ['version', '-o', 'short'], answer: (version) => `v${version}` },
  kubelet: kubernetes,
  kubectl: { args: ['version', '--client'], answer: (version) => `Client Version: v${version}` },
  'kube-apiserver': kubernetes,
  'kube-controller-manager': kubernetes,
  'kube-scheduler': kubernetes,
  'kube-proxy': kubernetes,
  etcd: { args: ['--version'], answer: (version) => `etcd Version: ${version}` },
  etcdctl: { args: ['version'], answer: (version) => `etcdctl version: ${version}` },
  etcdutl: { args: ['version'], answer: (version) => `etcdutl version: ${version}` },
  coredns: { args: ['-version'], answer: (version) => `CoreDNS-${version}` },
  crictl: { args: ['--version'], answer: (version) => `crictl version ${version}` },
  pause: { args: ['-v'], answer: (version) => `pause.c ${version}` },
  kind: { args: ['version'], answer: (version) => `kind v${version}` },
} as const satisfies Record<string, VersionQuestion>;

export type KnownProgram = keyof typeof versionQuestions;

/**
 * Insists that a program is of the version it is stored under: a `go get` without a version once put etcd 3.7 under the
 * tag of 3.6, and nothing else would have shown it.
 * @param prefix argv before the program's arguments: the program's path, or a `docker run` of it
 * @throws KubewrightError IMAGE_BUILD_FAILED on another version, COMMAND_FAILED when it does not run
 */
export async function requireVersion(
  context: ImageContext,
  program: KnownProgram,
  version: string,
  prefix: readonly string[],
): Promise<void> {
  const question: VersionQuestion = versionQuestions[program];
  const result = await context.exec.run([...prefix, ...question.args], { signal: context.signal });
  if (result.exitCode !== 0) throw commandFailed(result);
  const expected = question.answer(version);
  const lines = `${result.stdout}\n${result.stderr}`.split('\n').map((line) => line.trim());
  // A whole line, or a line that goes on after a blank ("kind v0.33.0 go1.26 linux/amd64"): 1.34.4 is not 1.34.40.
  if (lines.some((line) => line === expected || line.startsWith(`${expected} `))) return;
  throw new KubewrightError(
    'IMAGE_BUILD_FAILED',
    `${program} is not of version ${version}: "${result.command}" said "${lines.find((line) => line !== '') ?? ''}"`,
    { remedy: 'This is a defect of the version table or of a go.mod in clusters/node-image; please report it.' },
  );
}

/** The same for a program inside an image. @throws KubewrightError as requireVersion */
export function requireVersionInImage(
  context: ImageContext,
  image: string,
  program: KnownProgram,
  version: string,
): Promise<void> {
  const run = ['docker', 'run', '--rm', '--network=none', `--entrypoint=${program}`, image];
  return requireVersion(context, program, version, run);
}
