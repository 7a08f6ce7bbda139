import { ensureImages, listImages } from '../../clusters/images/index.ts';
import { systemExec } from '../system/exec.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { table } from './output.ts';

type ImageCommand = Pick<CommandContext, 'output' | 'signal'>;

export async function buildImages(
  { output, signal }: ImageCommand,
  { json, minor, to }: { json?: boolean; minor: string; to?: string },
): Promise<number> {
  const set = await ensureImages({ exec: systemExec, progress: output.say, signal }, { minor, upgradeTo: to });
  if (json === true) output.json(set);
  else for (const [role, tag] of Object.entries(set)) output.line(`${role.padEnd(17)} ${tag}`);
  return exitCodes.ok;
}

export async function showImages({ output, signal }: ImageCommand, options: { json?: boolean }): Promise<number> {
  const images = await listImages({ exec: systemExec, progress: output.say, signal });
  if (options.json === true) output.json(images);
  else {
    table(
      output,
      ['ROLE', 'TAG', 'VERSION', 'SOURCE', 'MIB', 'STATE'],
      images.map((image) => [
        image.role,
        image.tag,
        image.version,
        image.source,
        String(Math.round(image.bytes / 2 ** 20)),
        image.state,
      ]),
    );
  }
  return exitCodes.ok;
}
