import { KubewrightError } from '../../engine/domain/errors.ts';
import { type ExecOptions, type ExecResult, mustSucceed } from '../../engine/system/exec.ts';
import type { ImageContext } from './context.ts';

/** Milliseconds in which a registry that can be reached has begun to answer. */
const firstAnswerWithinMs = 20_000;
const pullWithinMs = 30 * 60_000;

/** Runs the docker client and insists on success. @throws KubewrightError COMMAND_FAILED */
export function docker(context: ImageContext, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  return mustSucceed(context.exec, ['docker', ...args], { signal: context.signal, ...options });
}

/** Whether the engine has an image of this name (a tag or name@digest). */
export async function hasImage(context: ImageContext, image: string): Promise<boolean> {
  const result = await context.exec.run(['docker', 'image', 'inspect', '--format', '{{.Id}}', image], {
    signal: context.signal,
  });
  return result.exitCode === 0;
}

/** Labels of an image; undefined when the engine does not have it. */
export async function labelsOf(
  context: ImageContext,
  image: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const result = await context.exec.run(['docker', 'image', 'inspect', '--format', '{{json .Config.Labels}}', image], {
    signal: context.signal,
  });
  if (result.exitCode !== 0) return undefined;
  return (JSON.parse(result.stdout) as Record<string, string> | null) ?? {};
}

/** @throws KubewrightError ENGINE_UNREACHABLE */
export async function requireEngine(context: ImageContext): Promise<void> {
  const result = await context.exec.run(['docker', 'version', '--format', '{{.Server.Version}}'], {
    signal: context.signal,
    timeoutMs: 20_000,
  });
  if (result.exitCode !== 0) {
    throw new KubewrightError('ENGINE_UNREACHABLE', `the Docker engine does not answer: ${lastLine(result.stderr)}`);
  }
}

/**
 * One attempt to pull an image. Returns undefined when it is there, else the reason why not. A registry that says
 * nothing for 20 seconds counts as refused: where none can be reached nobody should wait for a long connection timeout.
 */
export async function tryPull(context: ImageContext, image: string): Promise<string | undefined> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), firstAnswerWithinMs);
  const signals = context.signal === undefined ? [silence.signal] : [silence.signal, context.signal];
  try {
    const result = await context.exec.run(['docker', 'pull', image], {
      signal: AbortSignal.any(signals),
      timeoutMs: pullWithinMs,
      onLine: () => clearTimeout(timer),
    });
    if (result.exitCode === 0) return undefined;
    return result.timedOut ? 'the download did not end within 30 minutes' : lastLine(result.stderr);
  } catch (error) {
    if (silence.signal.aborted) return `the registry did not answer within ${firstAnswerWithinMs / 1000} s`;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Builds a Dockerfile. No step of ours needs a network, and a failed one leaves no container behind.
 * @throws KubewrightError COMMAND_FAILED
 */
export async function buildDockerfile(
  context: ImageContext,
  build: {
    folder: string;
    dockerfile: string;
    tag: string;
    from?: string | undefined;
    labels: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const labels = Object.entries(build.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
  const from = build.from === undefined ? [] : ['--build-arg', `FROM=${build.from}`];
  await docker(
    context,
    [
      'build',
      '--force-rm',
      '--network=none',
      '--tag',
      build.tag,
      '--file',
      build.dockerfile,
      ...from,
      ...labels,
      build.folder,
    ],
    {
      env: await builderEnv(context),
    },
  );
}

/** Debian's docker.io comes without BuildKit's client plug-in; the classic builder must then be asked for by name. */
async function builderEnv(context: ImageContext): Promise<Record<string, string>> {
  const buildx = await context.exec.run(['docker', 'buildx', 'version'], { signal: context.signal });
  return buildx.exitCode === 0 ? {} : { DOCKER_BUILDKIT: '0' };
}

export interface DockerImage {
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly bytes: number;
  /** ISO 8601 */
  readonly created: string;
}

/** All tagged images that carry this label. @throws KubewrightError COMMAND_FAILED */
export async function imagesWithLabel(context: ImageContext, label: string): Promise<DockerImage[]> {
  const listed = await docker(context, [
    'image',
    'ls',
    '--filter',
    `label=${label}`,
    '--filter',
    'dangling=false',
    '--format',
    '{{.Repository}}:{{.Tag}}',
  ]);
  const tags = listed.stdout.split('\n').filter((line) => line !== '');
  const images: DockerImage[] = [];
  for (const tag of new Set(tags)) {
    const inspected = await context.exec.run(['docker', 'image', 'inspect', tag], { signal: context.signal });
    // Removed between the two commands.
    if (inspected.exitCode !== 0) continue;
    const [image] = JSON.parse(inspected.stdout) as [
      { Size: number; Created: string; Config: { Labels: Record<string, string> | null } },
    ];
    images.push({ tag, labels: image.Config.Labels ?? {}, bytes: image.Size, created: image.Created });
  }
  return images;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
