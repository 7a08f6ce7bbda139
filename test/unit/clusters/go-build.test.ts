import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contextOf } from '../../../clusters/images/context.ts';
import { buildGoProgram } from '../../../clusters/images/go-build.ts';
import { kindProgram, nodePrograms } from '../../../clusters/images/go-programs.ts';
import { requireVersion } from '../../../clusters/images/versions-check.ts';
import { versionsOf } from '../../../clusters/node-image/versions.ts';
import { KubewrightError } from '../../../engine/domain/errors.ts';
import type { Exec } from '../../../engine/system/exec.ts';
import { FakeExecRecorder, fails, says } from './fake-exec.ts';

let cacheFolder: string;
beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'kubewright-cache-'));
});
afterEach(() => rm(cacheFolder, { recursive: true }));

/** A Go that writes a program, which says the given version. */
function fakeGo(answer: string) {
  const recorder = new FakeExecRecorder((command) =>
    command.includes('.part-') && command.endsWith(' version') ? says(answer) : {},
  );
  const exec: Exec = {
    run: async (argv, options) => {
      const out = argv.indexOf('-o');
      if (argv[1] === 'build' && out > 0) await writeFile(argv[out + 1] ?? '', 'program');
      return recorder.run(argv, options);
    },
  };
  const context = contextOf({ exec, progress: () => {}, cacheFolder });
  const builds = () => recorder.asked.filter((command) => command.startsWith('go build'));
  return { context, builds };
}

describe('building a Go program', () => {
  it('keeps the program in the cache and builds it once', async () => {
    const { context, builds } = fakeGo('kind v0.33.0 go1.26.8 linux/amd64');
    const path = await buildGoProgram(context, kindProgram);
    expect(await buildGoProgram(context, kindProgram)).toBe(path);
    expect(builds()).toHaveLength(1);
  });

  it('keeps nothing of a program with another version than its module says', async () => {
    const { context } = fakeGo('kind v0.34.0 go1.26.8 linux/amd64');
    await expect(buildGoProgram(context, kindProgram)).rejects.toMatchObject({ code: 'IMAGE_BUILD_FAILED' });
    const left = await readdir(cacheFolder, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
  });

  it('says where to get Go when there is none', async () => {
    const exec: Exec = {
      run: () => Promise.reject(new KubewrightError('TOOL_MISSING', 'the program "go" was not found')),
    };
    const building = buildGoProgram(contextOf({ exec, progress: () => {}, cacheFolder }), kindProgram);
    await expect(building).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      remedy: expect.stringContaining('https://go.dev/dl/'),
    });
  });

  it('gives Kubernetes the version that kubeadm insists on', () => {
    const kubeadm = nodePrograms(versionsOf('1.34')).find((program) => program.name === 'kubeadm');
    expect(kubeadm?.variables).toMatchObject({
      'k8s.io/component-base/version.gitVersion': 'v1.34.4',
      'k8s.io/client-go/pkg/version.gitMinor': '34',
    });
  });
});

describe('the version check', () => {
  const check = (answer: ReturnType<typeof says>) =>
    requireVersion(contextOf({ exec: new FakeExecRecorder(() => answer), progress: () => {} }), 'kubelet', '1.34.4', [
      'kubelet',
    ]);

  it('accepts the version, wherever it is said', async () => {
    await expect(check(says('Kubernetes v1.34.4\n'))).resolves.toBeUndefined();
    await expect(check({ stderr: 'Kubernetes v1.34.4\n' })).resolves.toBeUndefined();
  });

  it.each([
    'Kubernetes v1.34.40',
    'Kubernetes v1.34.4-dirty',
    'Kubernetes v1.35.4',
    '',
  ])('refuses "%s"', async (answer) => {
    await expect(check(says(answer))).rejects.toMatchObject({ code: 'IMAGE_BUILD_FAILED' });
  });

  it('refuses a program that does not run', async () => {
    await expect(check(fails('exec format error'))).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });
});
