import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type Dockerode from 'dockerode';
import { KubewrightError } from '../../../domain/errors.ts';
import type { Exec } from '../../../system/exec.ts';
import { docker } from '../docker.ts';
import { kindClusterLabel } from '../names.ts';
import { goldenTag } from './shelf.ts';
import { describe, type GoldenMachine, type GoldenState, partLabel, stateLabel } from './state.ts';

/** The parts of the engine's API that the docker client does not have in this form. */
export type ImageMaker = Pick<Dockerode, 'getContainer' | 'buildImage' | 'modem'>;

/** A machine of a cluster at rest. */
export interface RestingMachine {
  readonly name: string;
  readonly role: GoldenMachine['role'];
  readonly container: string;
  readonly suffix: string;
  readonly address: string;
  readonly aliases: readonly string[];
}

interface Baking {
  readonly exec: Exec;
  readonly maker: ImageMaker;
  /** Where the contents of the machines' volumes are put for a moment. */
  readonly folder: string;
  /** Name of the cluster. */
  readonly part: string;
}

/**
 * Keeps the machines of a cluster at rest as images. The first machine's is made last and carries the description: a bake
 * that was cut off leaves images that nothing uses.
 */
export async function keepMachines(
  baking: Baking,
  machines: readonly RestingMachine[],
  about: Omit<GoldenState, 'machines' | 'bytes'>,
): Promise<void> {
  await mkdir(baking.folder, { recursive: true });
  const folder = await mkdtemp(join(baking.folder, 'bake-'));
  try {
    const prepared = [];
    // One after the other: each has a hundred megabytes on their way.
    for (const machine of machines) prepared.push(await prepare(baking, machine, join(folder, machine.name)));
    const [first, ...others] = prepared;
    if (first === undefined) throw new Error('a cluster has machines');
    const kept: GoldenMachine[] = [];
    for (const it of others) kept.push({ ...it.machine, image: await build(baking, it, {}) });
    const bytes = prepared.reduce((sum, it) => sum + it.bytes, 0);
    const state = { ...about, bytes, machines: [first.machine, ...kept] };
    await build(baking, first, { [stateLabel]: describe(state) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Prepared {
  readonly machine: GoldenMachine;
  /** Holds a Dockerfile and what it adds. */
  readonly context: string;
  readonly from: string;
  readonly hasVolume: boolean;
  readonly bytes: number;
}

/** The file system of a container, and apart from it the volume, which a commit leaves out. */
async function prepare(baking: Baking, machine: RestingMachine, context: string): Promise<Prepared> {
  const { exec, maker, part } = baking;
  const { name, role, container, suffix, address, aliases } = machine;
  await mkdir(context);
  const original = await maker.getContainer(container).inspect();
  const from = goldenTag(part, `${name}-disk`);
  await docker(exec, ['commit', '--change', `LABEL ${partLabel}=${part}`, container, from], { timeoutMs: 180_000 });
  const sizes = await docker(exec, ['image', 'inspect', '--format', '{{.Size}}', from, original.Image]);
  const [after = 0, before = 0] = sizes.stdout.split('\n').map(Number);
  const hasVolume = original.Mounts.some(({ Destination }) => Destination === '/var');
  let volume = 0;
  if (hasVolume) {
    const archive = join(context, 'var.tar');
    await pipeline(await maker.getContainer(container).getArchive({ path: '/var' }), createWriteStream(archive));
    volume = (await stat(archive)).size;
  }
  const { [kindClusterLabel]: _, ...labels } = original.Config.Labels;
  return {
    machine: {
      ...{ name, role, suffix, address, aliases },
      container: { ...original.Config, Labels: labels, HostConfig: original.HostConfig },
    },
    ...{ context, from, hasVolume },
    bytes: Math.max(0, after - before) + volume,
  };
}

/** Makes a machine's image and returns its id. */
async function build(
  { exec, maker, part }: Baking,
  { machine, context, from, hasVolume }: Prepared,
  labels: Readonly<Record<string, string>>,
): Promise<string> {
  const lines = [
    `FROM ${from}`,
    ...(hasVolume ? ['ADD var.tar /'] : []),
    ...Object.entries({ [partLabel]: part, 'kubewright.role': 'golden', ...labels }).map(
      ([name, value]) => `LABEL ${name}=${value}`,
    ),
  ];
  await writeFile(join(context, 'Dockerfile'), `${lines.join('\n')}\n`);
  const tag = goldenTag(part, machine.name);
  const src = ['Dockerfile', ...(hasVolume ? ['var.tar'] : [])];
  const said = await maker.buildImage({ context, src }, { t: tag, forcerm: true, networkmode: 'none' });
  await new Promise<void>((resolve, reject) => {
    maker.modem.followProgress(said, (error: Error | null, output: { error?: string }[]) => {
      const refusal = error?.message ?? output.find((line) => line.error !== undefined)?.error;
      if (refusal === undefined) resolve();
      else
        reject(new KubewrightError('PROVISION_FAILED', `the image of ${machine.name} could not be made: ${refusal}`));
    });
  });
  // Its layers live on in the image that was made from it.
  await docker(exec, ['image', 'rm', from]);
  return (await docker(exec, ['image', 'inspect', '--format', '{{.Id}}', tag])).stdout.trim();
}
