import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { endProcessesWith, findProcessesWith } from '../../../engine/system/processes.ts';

const variable = 'KUBEWRIGHT_TEST_MARK';

/** A shell with a child of its own in the background, both with the variable; resolves when both run. */
async function startFamily(value: string) {
  const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; wait'], {
    env: { ...process.env, [variable]: value },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  return { parent, child: Number(line.toString()) };
}

/** What was killed may stay as a zombie until somebody waits for it; then it has no environment any more. */
const runs = async (pid: number) => (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')) !== '';

test('ends the processes that are marked, and those that they have started, and no other', async () => {
  const mine = await startFamily('abc');
  const other = await startFamily('abcd');
  onTestFinished(() => void process.kill(other.child, 'SIGKILL'));
  const ended = once(mine.parent, 'exit');
  await endProcessesWith(variable, 'abc');
  await ended;
  expect(await runs(mine.child)).toBe(false);
  expect([await runs(other.parent.pid ?? 0), await runs(other.child)]).toEqual([true, true]);
});

test('never ends itself, and is content with nobody', async () => {
  process.env[variable] = 'me';
  onTestFinished(() => {
    delete process.env[variable];
  });
  await endProcessesWith(variable, 'me');
  expect(await endProcessesWith(variable, 'nobody')).toBeUndefined();
});

test('leaves to containers what runs in them', async () => {
  // As root of a namespace of its own, whoever runs this test.
  const apart = ['--user', '--map-root-user', '--pid', '--fork', '--kill-child'];
  const container = spawn('unshare', [...apart, 'env', `${variable}=inside`, 'sh', '-c', 'echo up; cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void container.kill('SIGKILL'));
  await once(container.stdout, 'data');
  expect(await findProcessesWith(variable, 'inside')).toEqual([]);
  await endProcessesWith(variable, 'inside');
  const answer = once(container.stdout, 'data') as Promise<[Buffer]>;
  container.stdin.write('still here');
  expect((await answer)[0].toString()).toBe('still here');
});
