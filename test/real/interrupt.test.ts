import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandLine, checkout, createCommandLine, engineObjects, leftSince, program } from './command-line.ts';

let kubewright: CommandLine;
beforeAll(async () => {
  kubewright = await createCommandLine();
});
afterAll(() => kubewright.end());

test('Ctrl-C in the middle of provisioning takes everything down and says so', async () => {
  const before = await engineObjects();
  const child = spawn(program, ['start', '--no-golden', 'kubelet-stopped'], {
    cwd: checkout,
    env: { ...process.env, KUBEWRIGHT_HOME: kubewright.home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    const had = said.includes('Starting control-plane');
    said += chunk.toString();
    // kubeadm init is under way on a node that is already running.
    if (!had && said.includes('Starting control-plane')) child.kill('SIGINT');
  });
  const [code] = (await exited) as [number];
  expect(said).toContain('Starting control-plane');
  expect(code, said).toBe(130);
  expect(said).not.toMatch(/^\s+at /m);
  expect(await kubewright.json(['sessions', '--json'])).toEqual([]);
  expect(await leftSince(before, kubewright)).toEqual([]);
});
