import { expect, test } from 'vitest';
import { admitSession, findKubeadmFlags } from '../../../clusters/host/admission.ts';
import { answeringEngine, bareDebian, FakeExec, FakeHost, goVersion } from './fake-host.ts';

const gibibyte = 1024 ** 3;
const hostWith = (freeBytes: number, more = {}) => {
  const files = bareDebian();
  files.free = freeBytes;
  return new FakeHost({ exec: answeringEngine(more), files });
};

test('a session is admitted where an engine answers and there is room', async () => {
  await expect(admitSession(hostWith(5 * gibibyte))).resolves.toBeUndefined();
});

test('a disk that is nearly full refuses the session before anything of it exists, and says how much is missing', async () => {
  await expect(admitSession(hostWith(5 * gibibyte - 1))).rejects.toMatchObject({
    code: 'DISK_LOW',
    message: expect.stringMatching(/5\.0 GiB are free in \/var\/lib\/docker; a session needs 5\.0 GiB/) as string,
    remedy: expect.stringMatching(/clean/) as string,
  });
});

test('no client, or an engine that does not answer, is an engine that cannot be reached', async () => {
  const noClient = new FakeHost({ exec: new FakeExec(goVersion), files: bareDebian() });
  await expect(admitSession(noClient)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  const exec = answeringEngine();
  exec.answer('docker info', {
    exitCode: 1,
    stdout: '{"ServerVersion":""}',
    stderr: 'Cannot connect to the Docker daemon',
  });
  const silent = new FakeHost({ exec, files: bareDebian() });
  await expect(admitSession(silent)).rejects.toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    message: expect.stringContaining('Cannot connect to the Docker daemon') as string,
  });
});

test('kubeadm is told to look away on cgroup v1 only', async () => {
  expect(await findKubeadmFlags(hostWith(gibibyte, { CgroupVersion: '1' }))).toBe(
    '--ignore-preflight-errors=SystemVerification',
  );
  expect(await findKubeadmFlags(hostWith(gibibyte))).toBe('');
});
