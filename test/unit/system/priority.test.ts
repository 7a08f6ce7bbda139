import { readFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { expect, test } from 'vitest';
import { systemExec } from '../../../engine/system/exec.ts';

const program = `
import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
const { goFirst } = await import(${JSON.stringify(import.meta.resolve('../../../engine/system/priority.ts'))});
await goFirst();
const threads = readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)));
console.log(JSON.stringify([...new Set(threads)]));`;

/** Bit 23 of what this process may do, capabilities(7): root of a container has it only where it was given. */
async function mayGoFirst(): Promise<boolean> {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(await readFile('/proc/self/status', 'utf8'))?.[1];
  return ((BigInt(`0x${effective}`) >> 23n) & 1n) === 1n;
}

const priorities = async (...before: string[]): Promise<unknown> => {
  const argv = [...before, process.execPath, '--input-type=module', '--eval', program];
  return JSON.parse((await systemExec.run(argv)).stdout);
};

test('a process that may puts all of its threads before the others', async () => {
  expect(await priorities()).toEqual([(await mayGoFirst()) ? -10 : getPriority()]);
});

test('one that may not stays as it is', async () => {
  const without = (await mayGoFirst()) ? ['setpriv', '--bounding-set', '-sys_nice'] : [];
  expect(await priorities(...without)).toEqual([getPriority()]);
});
