import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ContainerRun } from '../../../../engine/providers/kind/run-in-container.ts';
import { instructWitness, retellWitness, startWitness } from '../../../../engine/providers/kind/witness-host.ts';
import type { Exec } from '../../../../engine/system/exec.ts';

test('what the witness is made of is put together below the folder of the session, and nothing stays there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kubewright-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  let copied: { readonly from: string; readonly files: readonly string[] } | undefined;
  const exec: Exec = {
    async run(argv) {
      const [, verb, from = ''] = argv;
      if (verb === 'cp') copied = { from, files: await readdir(join(from, 'witness', 'engine')) };
      return { exitCode: 0, stdout: '', stderr: '', timedOut: false, command: argv.join(' ') };
    },
  };
  await startWitness(exec, { session: 'abc', image: 'witness:1', folder });
  expect(copied?.from.startsWith(`${folder}/`)).toBe(true);
  expect(copied?.files).toEqual(['domain', 'witness']);
  expect(await readdir(folder)).toEqual([]);
});

test('it can read how much CPU time the session has had, and nothing of the host can be changed by it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kubewright-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const commands: (readonly string[])[] = [];
  let told: unknown;
  const exec: Exec = {
    async run(argv, options = {}) {
      commands.push(argv);
      if (argv[1] === 'exec') told = JSON.parse(String(options.input));
      return { exitCode: 0, stdout: argv[1] === 'ps' ? 'aa\nbb\n' : '', stderr: '', timedOut: false, command: '' };
    },
  };
  await startWitness(exec, { session: 'abc', image: 'witness:1', folder });
  expect(commands.find(([, verb]) => verb === 'create')).toContain('/sys/fs/cgroup:/host/cgroup:ro');
  const key = { ca: 'ca', cert: 'cert', key: 'key' };
  const nothing = { nodes: [], probes: [], markers: false };
  await instructWitness(exec, 'abc', { server: 'https://cp1:6443', credentials: key, etcd: key, ...nothing });
  expect(commands.find(([, verb]) => verb === 'ps')).toContain('network=kubewright-abc');
  expect(told).toMatchObject({ accounts: { folder: '/host/cgroup', containers: ['aa', 'bb'] } });
});

test('told of another drill it gets what that wants otherwise, and begins anew when that is there', async () => {
  const ran: string[] = [];
  let told: unknown;
  const run: ContainerRun = async (argv, options = {}) => {
    const command = argv.join(' ');
    ran.push(command);
    if (options.input !== undefined) told = JSON.parse(String(options.input));
    return { exitCode: 0, stdout: '', stderr: '', timedOut: false, command };
  };
  const probes = [{ service: 'shop/web', nodePort: 30_080, path: '/' }];
  await retellWitness(run, { probes, markers: true });
  expect(told).toEqual({ probes, markers: true });
  const taken = 'cat > /witness/drill.json.new && mv /witness/drill.json.new /witness/drill.json';
  expect(ran).toHaveLength(1);
  expect(ran[0]?.startsWith(`sh -c ${taken} && rm -f /witness/journal.jsonl && kill -HUP 1 && until `)).toBe(true);

  const refused: ContainerRun = async (argv) => {
    const command = argv.join(' ');
    const exitCode = command.includes('kill') ? 1 : 0;
    return { exitCode, stdout: '{}', stderr: 'no such process', timedOut: false, command };
  };
  await expect(retellWitness(refused, { probes, markers: true })).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: expect.stringContaining('no such process') as string,
  });
});
