import { describe, expect, test } from 'vitest';
import { findSessions, missingParts, sweep } from '../../../../engine/providers/kind/sweep.ts';
import { FakeEngine } from './fake-engine.ts';

const own = (session: string) => ({ 'kubewright.session': session });
const kinds = (cluster: string) => ({ 'io.x-k8s.kind.cluster': cluster, 'io.x-k8s.kind.role': 'worker' });

/** An engine with a session "abc", one whose name begins with it, a kind cluster of the user's and their containers. */
function busyEngine(): FakeEngine {
  const engine = new FakeEngine();
  engine.containers = [
    { id: 'cp', labels: kinds('kubewright-abc'), volumes: ['anonymous-1'] },
    { id: 'w', labels: kinds('kubewright-abc'), volumes: ['anonymous-2'] },
    { id: 'student', labels: own('abc') },
    { id: 'witness', labels: own('abc') },
    { id: 'others-cp', labels: kinds('kubewright-abcd'), volumes: ['anonymous-3'] },
    { id: 'users-kind', labels: kinds('my-cluster'), volumes: ['anonymous-4'] },
    { id: 'users-database', labels: {}, volumes: ['precious'] },
  ];
  engine.networks = [
    { id: 'net-abc', labels: own('abc') },
    { id: 'net-abcd', labels: own('abcd') },
    { id: 'bridge', labels: {} },
  ];
  engine.volumes = new Set(['anonymous-1', 'anonymous-2', 'anonymous-3', 'anonymous-4', 'precious']);
  return engine;
}

describe('sweeping a session', () => {
  test('removes its containers, their anonymous volumes and its network, and nothing of anybody else', async () => {
    const engine = busyEngine();
    await sweep(engine, 'abc');
    expect(engine.containers.map(({ id }) => id)).toEqual(['others-cp', 'users-kind', 'users-database']);
    expect([...engine.volumes]).toEqual(['anonymous-3', 'anonymous-4', 'precious']);
    expect(engine.networks.map(({ id }) => id)).toEqual(['net-abcd', 'bridge']);
  });

  test('reads the names of the volumes before the containers go', async () => {
    const engine = busyEngine();
    await sweep(engine, 'abc');
    const verbs = engine.ran.map(({ argv }) => argv[1]);
    expect(verbs.lastIndexOf('inspect')).toBeLessThan(verbs.indexOf('rm'));
  });

  test('thaws what cannot die because it was killed while it was frozen, and removes it then', async () => {
    const engine = busyEngine();
    let thawed = false;
    engine.refuse = ([, verb, ...words]) => {
      if (verb === 'run') thawed = words.includes('--privileged') && words.at(-1) === 'w-id';
      return verb === 'rm' && words.includes('w') && !thawed
        ? 'Could not kill running container w, cannot remove - tried to kill container, but did not receive an exit event'
        : undefined;
    };
    engine.identity = (id) => `${id}-id ${id}-image`;
    await sweep(engine, 'abc');
    expect(thawed).toBe(true);
    expect(engine.containers.map(({ id }) => id)).toEqual(['others-cp', 'users-kind', 'users-database']);
  });

  test('counts a cluster that is being made into a golden state as nobody’s session', async () => {
    const engine = busyEngine();
    engine.networks = engine.networks.map((network) =>
      network.id === 'net-abcd'
        ? { ...network, labels: { ...network.labels, 'kubewright.golden-baker': '12:34' } }
        : network,
    );
    expect(await findSessions(engine, undefined)).toEqual(['abc']);
  });

  test('removes a network of its name without labels, as a kind makes it whose network was removed', async () => {
    const engine = busyEngine();
    engine.networks.push({ id: 'kubewright-abc', labels: {} }, { id: 'kubewright-abcd', labels: {} });
    await sweep(engine, 'abc');
    expect(engine.networks.map(({ id }) => id)).toEqual(['net-abcd', 'bridge', 'kubewright-abcd']);
  });

  test('never prunes', async () => {
    const engine = busyEngine();
    await sweep(engine, 'abc');
    expect(engine.commands().filter((command) => command.includes('prune'))).toEqual([]);
  });

  test('is idempotent: of what is gone it removes nothing', async () => {
    const engine = busyEngine();
    await sweep(engine, 'abc');
    const before = engine.ran.length;
    await sweep(engine, 'abc');
    expect(
      engine
        .commands()
        .slice(before)
        .filter((command) => / rm /.test(command)),
    ).toEqual([]);
  });

  test('names every container, network and volume that is left, and what the engine said', async () => {
    const engine = busyEngine();
    const said = 'Error response from daemon: no, not now';
    engine.refuse = ([, verb, what]) => (verb === 'rm' || what === 'rm' ? said : undefined);
    await expect(sweep(engine, 'abc')).rejects.toMatchObject({
      code: 'LEAK',
      message: expect.stringMatching(
        /^session abc left something behind: container student, container witness, container cp, container w, network net-abc, volume anonymous-1, volume anonymous-2\nThe engine said: .*not now/s,
      ) as string,
    });
  });

  test('says LEAK of a network that somebody else is on, after everything else is gone', async () => {
    const engine = busyEngine();
    engine.refuse = ([, verb, what]) =>
      verb === 'network' && what === 'rm' ? 'error while removing network: network has active endpoints' : undefined;
    const failure = sweep(engine, 'abc');
    await expect(failure).rejects.toMatchObject({
      code: 'LEAK',
      message: expect.stringContaining('active endpoints') as string,
    });
    expect(engine.containers.map(({ id }) => id)).toEqual(['others-cp', 'users-kind', 'users-database']);
  });

  test('waits for the end of a removal that a killed process has begun: only then can the network go', async () => {
    const engine = busyEngine();
    const [cp] = engine.containers;
    let looks = 0;
    engine.refuse = ([, verb, what, ...words]) => {
      const isThere = engine.containers.some(({ id }) => id === 'cp');
      if (verb === 'network' && what === 'rm' && isThere) return 'network has active endpoints';
      // The others go, "cp" is somebody else's work, who is done when it has been looked for a third time.
      if (verb === 'ps' && words.includes('label=io.x-k8s.kind.cluster=kubewright-abc')) {
        looks += 1;
        if (looks === 3) engine.containers = engine.containers.filter((container) => container !== cp);
      }
      return verb === 'rm' && words.includes('cp')
        ? 'Error response from daemon: removal of container cp is already in progress'
        : undefined;
    };
    await sweep(engine, 'abc');
    expect(looks).toBeGreaterThanOrEqual(3);
    expect(engine.networks.map(({ id }) => id)).toEqual(['net-abcd', 'bridge']);
  });

  test('takes a refusal for nothing when all is gone in the end', async () => {
    const engine = busyEngine();
    const run = engine.run.bind(engine);
    engine.run = async (argv, options) => {
      const result = await run(argv, options);
      return argv[1] === 'rm'
        ? { ...result, exitCode: 1, stderr: 'removal of container cp is already in progress' }
        : result;
    };
    await expect(sweep(engine, 'abc')).resolves.toBeUndefined();
  });

  test.each([
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'failed to connect to the docker API at unix:///nonexistent; check if the path is correct: dial unix /nonexistent: connect: no such file or directory',
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
    'error during connect: Get "http://example/v1.51/containers/json": dial tcp: lookup example: no such host',
  ])('never says that all is gone when no engine answers: %s', async (said) => {
    const engine = busyEngine();
    engine.refuse = () => said;
    await expect(sweep(engine, 'abc')).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE', exitCode: 3 });
  });
});

describe('finding sessions', () => {
  test('finds each by whatever is there of it, once, and nobody else’s', async () => {
    const engine = busyEngine();
    engine.networks.push({ id: 'net-lost', labels: own('lost') });
    engine.containers.push({ id: 'lonely', labels: kinds('kubewright-lonely') });
    expect(await findSessions(engine, undefined)).toEqual(['abc', 'abcd', 'lonely', 'lost']);
  });

  test('finds none on an engine without any', async () => {
    const engine = new FakeEngine();
    engine.containers = [{ id: 'users-kind', labels: kinds('my-cluster') }];
    expect(await findSessions(engine, undefined)).toEqual([]);
  });

  test('leaves out what belongs to another store, but not what belongs to none', async () => {
    const engine = busyEngine();
    const label = (home: string) => ({ 'kubewright.home': home });
    engine.networks = [
      { id: 'a', labels: { ...own('abc'), ...label('/home/me') } },
      { id: 'b', labels: { ...own('abcd'), ...label('/home/you') } },
      { id: 'c', labels: own('old') },
    ];
    expect(await findSessions(engine, '/home/me')).toEqual(['abc', 'old']);
    expect(await findSessions(engine, undefined)).toEqual(['abc', 'abcd', 'old']);
  });
});

describe('what a session has lost', () => {
  const parts = { ...own('abc'), 'kubewright.parts': 'witness student cp w' };

  test('is nothing while every container and the network are there, whatever else is', async () => {
    const engine = busyEngine();
    engine.networks = [{ id: 'net-abc', labels: parts }];
    expect(await missingParts(engine, 'abc')).toEqual([]);
  });

  test('is named', async () => {
    const engine = busyEngine();
    engine.networks = [{ id: 'net-abc', labels: parts }];
    engine.containers = engine.containers.filter(({ id }) => id !== 'w' && id !== 'witness');
    expect(await missingParts(engine, 'abc')).toEqual(['witness', 'w']);
  });

  test('is the network where that is gone, and nothing can be known of the rest', async () => {
    const engine = busyEngine();
    engine.networks = [];
    expect(await missingParts(engine, 'abc')).toEqual(['kubewright-abc']);
  });

  test('of an earlier kubewright, which did not write its parts down, is looked for by name', async () => {
    const engine = busyEngine();
    engine.networks = [{ id: 'net-abc', labels: own('abc') }];
    expect(await missingParts(engine, 'abc')).toEqual(['kubewright-abc-witness', 'kubewright-abc-student']);
    engine.containers = ['kubewright-abc-witness', 'kubewright-abc-student'].map((id) => ({ id, labels: own('abc') }));
    expect(await missingParts(engine, 'abc')).toEqual([]);
  });
});
