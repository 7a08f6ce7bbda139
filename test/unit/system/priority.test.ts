import { getuid } from 'node:process';
import { expect, test } from 'vitest';
import { systemExec } from '../../../engine/system/exec.ts';

const program = `
import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
const { goFirst } = await import(${JSON.stringify(import.meta.resolve('../../../engine/system/priority.ts'))});
await goFirst();
const threads = readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)));
console.log(JSON.stringify([...new Set(threads)]));`;

test('a process of root puts all of its threads before the others, and another user’s stays as it is', async () => {
  const { stdout } = await systemExec.run([process.execPath, '--input-type=module', '--eval', program]);
  const isRoot = getuid?.() === 0;
  expect(JSON.parse(stdout)).toEqual(isRoot ? [-10] : [0]);
});
