import type Dockerode from 'dockerode';
import { describe, expect, test } from 'vitest';
import { findMachines } from '../../../../engine/providers/kind/machines.ts';
import { plannedMachines } from '../../../../engine/providers/kind/names.ts';
import { type ContainerMaker, startSpare } from '../../../../engine/providers/kind/node-container.ts';
import { sweep } from '../../../../engine/providers/kind/sweep.ts';
import { dockerMessage, FakeDocker, FakeStream } from './fake-docker.ts';
import { FakeEngine } from './fake-engine.ts';

const network = 'kubewright-abc';
const key = 'ssh-ed25519 AAAAkey student\n';
const shape = { name: 'x', controlPlanes: 3, workers: 2, spares: 1 };
const planned = plannedMachines('abc', shape);

/** What the engine knows of a node's container that kind has made. */
function configurationOf(container: string, role: string) {
  const isControlPlane = role === 'control-plane';
  return {
    Config: {
      Hostname: container,
      Image: 'kubewright/node:1',
      Entrypoint: ['a restored machine’s'],
      Tty: true,
      Env: ['container=docker', ...(isControlPlane ? ['KUBECONFIG=/etc/kubernetes/admin.conf'] : [])],
      Labels: { 'io.x-k8s.kind.cluster': network, 'io.x-k8s.kind.role': role, 'kubewright.role': 'node' },
      Volumes: { '/var': {} },
      ExposedPorts: isControlPlane ? { '6443/tcp': {} } : {},
    },
    HostConfig: {
      Privileged: true,
      NetworkMode: network,
      Tmpfs: { '/run': '', '/tmp': '' },
      Binds: ['/lib/modules:/lib/modules:ro'],
      RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
      PortBindings: isControlPlane ? { '6443/tcp': [{ HostIp: '127.0.0.1', HostPort: '40123' }] } : {},
    },
  };
}

/** An engine with a session of three control planes and two workers, and the API that makes more containers of its kind. */
function setUp() {
  const engine = new FakeEngine();
  const configurations = new Map<string, object>();
  const made: Dockerode.ContainerCreateOptions[] = [];
  for (const [index, { container, role }] of planned.entries()) {
    if (role === 'spare') continue;
    const configuration = configurationOf(container, role);
    configurations.set(container, configuration);
    const volume = `anonymous-${container}`;
    engine.volumes.add(volume);
    const address = `10.210.0.${index + 2}`;
    engine.containers.push({ id: container, labels: configuration.Config.Labels, volumes: [volume], address });
  }
  const balancer = { 'io.x-k8s.kind.cluster': network, 'io.x-k8s.kind.role': 'external-load-balancer' };
  engine.containers.push({ id: 'kubewright-abc-external-load-balancer', labels: balancer, address: '10.210.0.9' });
  const student = { id: 'kubewright-abc-student', labels: { 'kubewright.session': 'abc' }, address: '10.210.0.10' };
  engine.containers.push(student);
  engine.networks.push({ id: network, labels: { 'kubewright.session': 'abc' } });
  engine.files.set(`${student.id}:/home/student/.ssh/id_ed25519.pub`, key);

  const start = (options: Dockerode.ContainerCreateOptions) => async () => {
    const { name = '' } = options;
    const volume = `anonymous-new-${name}`;
    engine.volumes.add(volume);
    const address = options.NetworkingConfig?.EndpointsConfig?.[network]?.IPAMConfig?.IPv4Address ?? '10.210.0.77';
    engine.containers.push({ id: name, labels: options.Labels ?? {}, volumes: [volume], address });
    engine.files.set(`${name}:/etc/ssh/ssh_host_ed25519_key.pub`, `ssh-ed25519 NEW${name} root@x\n`);
  };
  const maker = {
    listContainers: engine.listContainers,
    getContainer: (name: string) => ({
      inspect: async () => ({
        ...configurations.get(name),
        Id: '0123456789abcdef0123',
        // The engine adds the id in its short form to the names that were given.
        NetworkSettings: { Networks: { [network]: { Aliases: [name, `first-${name}`, '0123456789ab'] } } },
      }),
    }),
    createContainer: async (options: Dockerode.ContainerCreateOptions) => {
      if (engine.containers.some(({ id }) => id === options.name)) throw new Error('the name is taken');
      made.push(options);
      return { start: start(options) };
    },
  } as unknown as ContainerMaker;
  return { engine, maker, made, student };
}

async function withSpare() {
  const it = setUp();
  const spare = planned.find(({ role }) => role === 'spare');
  const [first] = planned;
  if (spare === undefined || first === undefined) throw new Error('the shape has a spare');
  await startSpare(it.maker, 'abc', spare, first.container);
  return { ...it, ...(await findMachines(it.engine, it.maker, 'abc')) };
}

describe('the machines of a session', () => {
  test('are found by name and role, the spare among them and the load balancer not', async () => {
    const { nodes, student } = await withSpare();
    expect(nodes.map(({ name, role }) => `${name} ${role}`)).toEqual([
      ...['cp1', 'cp2', 'cp3'].map((name) => `${name} control-plane`),
      ...['w1 worker', 'w2 worker', 'w3 spare'],
    ]);
    expect(student).toMatchObject({ name: 'student', role: 'student' });
  });

  test('are gone without a student host', async () => {
    const { engine, maker, student } = setUp();
    engine.containers = engine.containers.filter(({ id }) => id !== student.id);
    await expect(findMachines(engine, maker, 'abc')).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
  });
});

describe('a spare machine', () => {
  test('is to the engine what a node is, publishes nothing and is no control plane', async () => {
    const { made } = await withSpare();
    expect(made).toHaveLength(1);
    expect(made[0]).toMatchObject({
      name: 'kubewright-abc-worker3',
      Hostname: 'w3',
      Image: 'kubewright/node:1',
      Entrypoint: undefined,
      Env: ['container=docker'],
      Volumes: { '/var': {} },
      ExposedPorts: {},
      HostConfig: { Privileged: true, Binds: ['/lib/modules:/lib/modules:ro'], PortBindings: {}, NetworkMode: network },
    });
  });

  test('goes with the session, volume and all', async () => {
    const { engine } = await withSpare();
    await sweep(engine, 'abc');
    expect(engine.containers).toEqual([]);
    expect([...engine.volumes]).toEqual([]);
  });
});

describe('a machine that is replaced', () => {
  const replaced = async (name: string) => {
    const it = await withSpare();
    const node = it.nodes.find((candidate) => candidate.name === name);
    const knownHosts = 'kubewright-abc-student:/etc/ssh/ssh_known_hosts';
    it.engine.files.set(
      knownHosts,
      'cp1,10.210.0.2 ssh-ed25519 OLD\ncp2,10.210.0.3 ssh-ed25519 OLD\ncp20,x ssh-ed25519 OLD\n',
    );
    await node?.power.replace();
    return { ...it, container: it.made.at(-1), known: it.engine.files.get(knownHosts) };
  };

  test('keeps names, address, labels, settings and the API server’s port on the host', async () => {
    const { container } = await replaced('cp2');
    const { Config, HostConfig } = configurationOf('kubewright-abc-control-plane2', 'control-plane');
    expect(container).toMatchObject({
      ...Config,
      Entrypoint: undefined,
      name: 'kubewright-abc-control-plane2',
      Hostname: 'cp2',
      HostConfig,
      NetworkingConfig: {
        EndpointsConfig: {
          [network]: {
            IPAMConfig: { IPv4Address: '10.210.0.3' },
            Aliases: ['cp2', 'kubewright-abc-control-plane2', 'first-kubewright-abc-control-plane2'],
          },
        },
      },
    });
  });

  test('has lost its disks', async () => {
    const { engine } = await replaced('cp2');
    expect([...engine.volumes]).not.toContain('anonymous-kubewright-abc-control-plane2');
    expect([...engine.volumes]).toContain('anonymous-new-kubewright-abc-control-plane2');
    expect([...engine.volumes]).toContain('anonymous-kubewright-abc-control-plane3');
  });

  test('lets the learner in under its new host key, and no line of another machine changes', async () => {
    const { engine, known } = await replaced('cp2');
    const container = 'kubewright-abc-control-plane2';
    expect(engine.files.get(`${container}:/home/student/.ssh/authorized_keys`)).toContain(key.trim());
    expect(engine.files.get(`${container}:/etc/kubewright/hostname`)).toBe('cp2\n');
    expect(known?.split('\n')).toEqual([
      'cp1,10.210.0.2 ssh-ed25519 OLD',
      'cp20,x ssh-ed25519 OLD',
      `cp2,10.210.0.3 ssh-ed25519 NEW${container}`,
      '',
    ]);
  });

  test('is found again, in its role, and goes with the session', async () => {
    const { engine, maker } = await replaced('cp2');
    const { nodes } = await findMachines(engine, maker, 'abc');
    expect(nodes.find(({ name }) => name === 'cp2')).toMatchObject({ role: 'control-plane', address: '10.210.0.3' });
    await sweep(engine, 'abc');
    expect([...engine.volumes]).toEqual([]);
  });

  test('is never the student host', async () => {
    const { engine, maker } = setUp();
    const { student } = await findMachines(engine, maker, 'abc');
    await expect(student.power.replace()).rejects.toMatchObject({ code: 'USAGE' });
    expect(engine.commands().filter((command) => command.includes(' rm '))).toEqual([]);
  });
});

test('all channels end when the machines are closed', async () => {
  const { engine, maker } = setUp();
  const streams: FakeStream[] = [];
  const docker = new FakeDocker(() => {
    const stream = new FakeStream();
    stream.push(dockerMessage(1, Buffer.from('100000000000000000', 'hex')));
    streams.push(stream);
    return stream;
  });
  const { nodes, student, close } = await findMachines(engine, { ...maker, ...docker.asDocker() }, 'abc');
  const reading = [student, ...nodes].map((machine) => machine.read('/etc/hostname'));
  await expect.poll(() => streams.filter(({ written }) => written.length > 0)).toHaveLength(6);
  expect(docker.asked.map(({ container }) => container).toSorted()).toEqual(
    engine.containers
      .map(({ id }) => id)
      .filter((id) => !id.endsWith('balancer'))
      .toSorted(),
  );
  close();
  // Each one that was asked says that it is there, and that the program ended with 0.
  const answers = '110000000100000000' + '14000000010000000400000000';
  for (const stream of streams) stream.push(dockerMessage(1, Buffer.from(answers, 'hex')));
  await Promise.all(reading);
  expect(streams.map(({ destroyed }) => destroyed)).toEqual(streams.map(() => true));
});

test('power is what the engine does with the container', async () => {
  const { engine, maker } = setUp();
  const { nodes } = await findMachines(engine, maker, 'abc');
  const power = nodes.find(({ name }) => name === 'w2')?.power;
  engine.run = async (argv) => {
    engine.ran.push({ argv, options: {} });
    return { exitCode: 0, stdout: '', stderr: '', timedOut: false, command: argv.join(' ') };
  };
  await power?.freeze();
  await power?.thaw();
  await power?.off();
  await power?.on();
  const box = 'kubewright-abc-worker2';
  expect(engine.commands().slice(-4)).toEqual(
    ['pause', 'unpause', 'kill', 'start'].map((verb) => `docker ${verb} ${box}`),
  );
});
