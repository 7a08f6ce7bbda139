import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../../system/exec.ts';
import { containersOf } from './sweep.ts';

/** The last lines are what tells; a log bundle must not fill the disk that may be the cause. */
const tailLines = '400';
const deadlineMs = 15_000;

/** Writes what the machines last said into a folder, before they are taken down. Never throws: it runs after a failure. */
export async function keepEvidence(
  exec: Exec,
  session: string,
  folder: string,
  transcript: readonly string[],
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'kind.log'), `${transcript.join('\n')}\n`);
    for (const container of await containersOf(exec, session)) {
      const outputs = [];
      for (const argv of [
        ['docker', 'inspect', '--format', '{{.Name}} {{json .State}}', container],
        ['docker', 'logs', '--tail', tailLines, container],
        [
          'docker',
          'exec',
          container,
          'journalctl',
          '--no-pager',
          '--lines',
          tailLines,
          '-u',
          'kubelet',
          '-u',
          'containerd',
        ],
      ]) {
        const result = await exec.run(argv, { timeoutMs: deadlineMs });
        outputs.push(`$ ${result.command}`, result.stdout, result.stderr);
      }
      await writeFile(join(folder, `${container}.log`), outputs.join('\n'));
    }
  } catch {
    // The failure that is being reported matters more than its evidence.
  }
}
