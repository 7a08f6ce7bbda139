import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureImages } from '../../../clusters/images/index.ts';
import { FakeExecRecorder, fails, says } from './fake-exec.ts';

let cacheFolder: string;
beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'kubewright-cache-'));
});
afterEach(() => rm(cacheFolder, { recursive: true }));

const kindest = 'kindest/node:v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d';
const target = 'kindest/node:v1.35.8@sha256:07b2536e30b803ed61d1677a79df6115f798ce64c80f9e22f6ed45afd09323c0';
const etcd = 'gcr.io/etcd-development/etcd:v3.6.5';

/** An engine that keeps what it is told to build. */
function engine(versions: Readonly<Record<string, string>>, targetVersion = 'v1.35.8') {
  const images = new Set<string>();
  const exec = new FakeExecRecorder((command) => {
    const built = /^docker build .*--tag (\S+)/.exec(command)?.[1];
    if (built !== undefined) images.add(built);
    const asked = /^docker image inspect .* (\S+)$/.exec(command)?.[1];
    if (asked !== undefined) return images.has(asked) ? {} : fails();
    if (command === 'docker buildx version') return fails();
    const program =
      /--entrypoint=(\w+)/.exec(command)?.[1] ?? (command.endsWith('node --version') ? 'node' : undefined);
    if (program === 'kubeadm' && command.includes(target)) return says(`${targetVersion}\n`);
    return program === undefined ? {} : says(`${versions[program] ?? ''}\n`);
  });
  const build = (upgradeTo?: string) =>
    ensureImages(
      {
        exec,
        progress: () => {},
        cacheFolder,
        installationFolder: '/nowhere',
        clustersFolder: join(process.cwd(), 'clusters'),
        env: {},
        freeBytes: async () => 1e12,
      },
      { minor: '1.34', upgradeTo, source: 'kindest' },
    );
  return { exec, images, build };
}

const rightVersions = {
  kubeadm: 'v1.34.11',
  kubelet: 'Kubernetes v1.34.11',
  kubectl: 'Client Version: v1.34.11',
  etcdctl: 'etcdctl version: 3.6.5',
  etcdutl: 'etcdutl version: 3.6.5',
  node: 'v24.21.0',
};

const workOptions =
  '--network=host --security-opt=seccomp=unconfined --security-opt=apparmor=unconfined --cap-add=SYS_ADMIN --mount=type=volume,destination=/kubewright-containerd --entrypoint=';

/** The commands that make an image by a script in a container. */
function script(from: string, name: string, role: string, to: string): string[] {
  return [
    `docker create --name CONTAINER ${workOptions} ${from} /bin/bash -c '/kubewright-build/${name} && rm -rf /kubewright-build'`,
    'docker cp WORK/. CONTAINER:/kubewright-build',
    'docker start --attach CONTAINER',
    `docker commit CONTAINER kubewright/build:${role}-PID`,
    'docker rm --force --volumes CONTAINER',
    `docker build --force-rm --network=none --tag ${to} --file WORK/Dockerfile --build-arg FROM=kubewright/build:${role}-PID WORK`,
    `docker image rm --no-prune kubewright/build:${role}-PID`,
  ];
}

const ask = (program: string, image: string, words: string) =>
  `docker run --rm --network=none --entrypoint=${program} ${image} ${words}`;

/** The engine's commands that change something, with what is new in each run taken out. */
function doings(asked: readonly string[]): string[] {
  return asked
    .filter((command) => /^docker (?!image inspect|buildx|version|info|ps)/.test(command))
    .map((command) =>
      command
        .replaceAll(new RegExp(`${cacheFolder}/work/\\d+-\\w+`, 'g'), 'WORK')
        .replaceAll(/kubewright-build-\d+-\w+/g, 'CONTAINER')
        .replaceAll(/(kubewright\/build:[\w-]+?)-\d+\b/g, '$1-PID')
        .replaceAll(/-[0-9a-f]{12}\b/g, '-HASH')
        .replaceAll(/ --label \S+/g, ''),
    );
}

describe('the kindest source', () => {
  it('asks the engine for exactly this', async () => {
    const { exec, build } = engine(rightVersions);
    await build();
    const node = 'kubewright/node:v1.34.11-HASH';
    const student = 'kubewright/student:v1.34.11-HASH';
    const tools = 'kubewright/tools:bookworm-HASH';
    expect(doings(exec.asked)).toEqual([
      // The node: etcd's client tools out of etcd's image, the lab layer on kind's image.
      `docker create --name CONTAINER ${etcd} true`,
      'docker cp --follow-link CONTAINER:/usr/local/bin/etcdctl WORK/etcd-tools',
      'docker cp --follow-link CONTAINER:/usr/local/bin/etcdutl WORK/etcd-tools',
      'docker rm --force --volumes CONTAINER',
      ...script(kindest, 'lab-layer/install.sh', 'node', node),
      ask('kubeadm', node, 'version -o short'),
      ask('kubelet', node, '--version'),
      ask('kubectl', node, 'version --client'),
      ask('etcdctl', node, 'version'),
      ask('etcdutl', node, 'version'),
      // The student host: Debian from the registry, the tools, kubectl out of kind's image.
      'docker build --force-rm --network=none --tag kubewright/base:bookworm-HASH --file WORK/Dockerfile WORK',
      ...script('kubewright/base:bookworm-HASH', 'install-tools.sh', 'tools', tools),
      `docker create --name CONTAINER ${kindest} true`,
      'docker cp --follow-link CONTAINER:/usr/bin/kubectl WORK/kubectl',
      'docker rm --force --volumes CONTAINER',
      `docker build --force-rm --network=none --tag ${student} --file WORK/Dockerfile --build-arg FROM=${tools} WORK`,
      ask('kubectl', student, 'version --client'),
      // The witness, where the installation has no Node for Linux of its own.
      'docker build --force-rm --network=none --tag kubewright/witness:node24-HASH --file WORK/Dockerfile --build-arg FROM=node:24-bookworm-slim WORK',
      'docker run --rm --network=none kubewright/witness:node24-HASH node --version',
    ]);
  });

  it('takes programs and images of the next minor out of its published node, on top of the node image', async () => {
    const { exec, build } = engine(rightVersions);
    await build();
    exec.asked.length = 0;
    expect(await build('1.35')).toMatchObject({ kubernetes: '1.34.11', upgradeKubernetes: '1.35.8' });
    const pair = 'kubewright/node:v1.34.11-to-v1.35.8-HASH';
    const inFolder = (folder: string) => (command: string) => command.replace('WORK/.', `WORK/${folder}/.`);
    expect(doings(exec.asked)).toEqual([
      ask('kubeadm', target, 'version -o short'),
      `docker create --name CONTAINER ${workOptions} ${target} /bin/bash -c /kubewright-build/upgrade-layer/export.sh`,
      'docker cp WORK/export/. CONTAINER:/kubewright-build',
      'docker start --attach CONTAINER',
      'docker cp CONTAINER:/kubewright-build/out/. WORK/install/target',
      'docker rm --force --volumes CONTAINER',
      ...script('kubewright/node:v1.34.11-HASH', 'upgrade-layer/install.sh', 'node', pair).map(inFolder('install')),
      // Nothing of it is upgraded yet.
      ask('kubeadm', pair, 'version -o short'),
      ask('kubelet', pair, '--version'),
      ask('kubectl', pair, 'version --client'),
    ]);
  });

  it('fails when the published node of the next minor is another release than the table says', async () => {
    const { exec, build } = engine(rightVersions, 'v1.35.7');
    await expect(build('1.35')).rejects.toMatchObject({
      code: 'IMAGE_BUILD_FAILED',
      message: expect.stringContaining('kubeadm is not of version 1.35.8'),
    });
    expect(exec.asked.filter((command) => command.includes('export.sh'))).toEqual([]);
  });

  it.each(['1.34', '1.36', '1.33'])('refuses to upgrade from 1.34 to %s', async (upgradeTo) => {
    const { exec, build } = engine(rightVersions);
    await expect(build(upgradeTo)).rejects.toMatchObject({ code: 'USAGE' });
    expect(doings(exec.asked)).toEqual([]);
  });

  it('builds nothing a second time', async () => {
    const { exec, build } = engine(rightVersions);
    const first = await build();
    exec.asked.length = 0;
    expect(await build()).toEqual(first);
    expect(doings(exec.asked)).toEqual([]);
  });

  it('uses the classic builder only where there is no other', async () => {
    const { exec, build } = engine(rightVersions);
    await build();
    const index = exec.asked.findIndex((command) => command.startsWith('docker build '));
    expect(exec.options[index]?.env).toEqual({ DOCKER_BUILDKIT: '0' });
  });

  it('fails on another version than the table says, and leaves no image of that tag', async () => {
    const { exec, build } = engine({ ...rightVersions, kubelet: 'Kubernetes v1.34.1' });
    await expect(build()).rejects.toMatchObject({
      code: 'IMAGE_BUILD_FAILED',
      message: expect.stringContaining('kubelet is not of version 1.34.11'),
    });
    expect(doings(exec.asked).at(-1)).toBe('docker image rm kubewright/node:v1.34.11-HASH');
  });

  it('removes the work container when a step fails', async () => {
    const recorder = new FakeExecRecorder((command) => {
      if (command.startsWith('docker image inspect')) return fails();
      return command.startsWith('docker start') ? fails('E: Unable to locate package') : {};
    });
    const building = ensureImages(
      {
        exec: recorder,
        progress: () => {},
        cacheFolder,
        clustersFolder: join(process.cwd(), 'clusters'),
        env: {},
        freeBytes: async () => 1e12,
      },
      { minor: '1.34', source: 'kindest' },
    );
    await expect(building).rejects.toMatchObject({
      code: 'IMAGE_BUILD_FAILED',
      message: expect.stringContaining('Unable to locate package'),
    });
    const created = recorder.asked.filter((command) => command.startsWith('docker create')).length;
    expect(recorder.asked.filter((command) => command.startsWith('docker rm --force --volumes'))).toHaveLength(created);
  });

  it('does not begin with too little disk', async () => {
    const exec = new FakeExecRecorder((command) => (command.startsWith('docker image inspect') ? fails() : {}));
    const building = ensureImages(
      { exec, progress: () => {}, cacheFolder, env: {}, freeBytes: async () => 10 * 1024 ** 3 },
      { minor: '1.34', source: 'kindest' },
    );
    await expect(building).rejects.toMatchObject({ code: 'DISK_LOW' });
    expect(doings(exec.asked)).toEqual([]);
  });
});
