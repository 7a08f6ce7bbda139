import { describe, expect, test } from 'vitest';
import {
  addressOf,
  claimSlot,
  createNetwork,
  goldenSlots,
  pinAddress,
} from '../../../../engine/providers/kind/network.ts';
import type { Exec } from '../../../../engine/system/exec.ts';
import { FakeEngine } from './fake-engine.ts';

const subnets = (count: number) =>
  Array.from({ length: count }, (_, slot) => ({ id: `net-${slot}`, labels: {}, subnet: `10.210.${slot}.0/24` }));
const created = (engine: FakeEngine) => engine.ran.filter(({ argv }) => argv[2] === 'create').map(({ argv }) => argv);

describe('the network of a session', () => {
  test('has the session’s name and label and the first free subnet', async () => {
    const engine = new FakeEngine();
    await createNetwork(engine, { session: 'abc', home: '/home/me' });
    const [argv] = created(engine);
    expect(argv?.slice(0, 3)).toEqual(['docker', 'network', 'create']);
    expect(argv?.at(-1)).toBe('kubewright-abc');
    expect(argv).toEqual(expect.arrayContaining(['--driver', 'bridge', '--subnet', 'kubewright.session=abc']));
    expect(engine.networks[0]?.subnet).toMatch(/^10\.210\.\d+\.0\/24$/);
  });

  test('says which store it belongs to', async () => {
    const engine = new FakeEngine();
    await createNetwork(engine, { session: 'abc', home: '/home/me' });
    expect(engine.networks[0]?.labels).toEqual({ 'kubewright.session': 'abc', 'kubewright.home': '/home/me' });
  });

  test('skips subnets that other networks have, whoever they belong to', async () => {
    const engine = new FakeEngine();
    engine.networks = [...subnets(200), { id: 'bridge', labels: {}, subnet: '172.17.0.0/16' }];
    await createNetwork(engine, { session: 'abc', home: '/home/me' });
    const slot = Number(/10\.210\.(\d+)\./.exec(engine.networks.at(-1)?.subnet ?? '')?.[1]);
    expect(slot).toBeGreaterThanOrEqual(200);
    expect(created(engine)).toHaveLength(1);
  });

  test('moves on when the engine says that a subnet overlaps', async () => {
    const engine = new FakeEngine();
    engine.networks = subnets(200);
    let refusals = 0;
    engine.refuse = ([, , what]) => {
      if (what !== 'create' || refusals === 2) return undefined;
      refusals += 1;
      return 'Error response from daemon: invalid pool request: Pool overlaps with other one on this address space';
    };
    await createNetwork(engine, { session: 'abc', home: '/home/me' });
    const tried = created(engine).map((argv) => argv[argv.indexOf('--subnet') + 1]);
    expect(new Set(tried).size).toBe(3);
    expect(engine.networks.at(-1)?.subnet).toBe(tried[2]);
  });

  test('does not move on for another reason', async () => {
    const engine = new FakeEngine();
    engine.refuse = ([, , what]) =>
      what === 'create' ? 'Error response from daemon: no space left on device' : undefined;
    await expect(createNetwork(engine, { session: 'abc', home: '/home/me' })).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringContaining('no space left') as string,
    });
    expect(new Set(created(engine).map((argv) => argv.join(' '))).size).toBe(1);
  });

  test('is refused when all 256 subnets are taken', async () => {
    const engine = new FakeEngine();
    engine.networks = subnets(256);
    await expect(createNetwork(engine, { session: 'abc', home: '/home/me' })).rejects.toMatchObject({
      code: 'HOST_UNFIT',
    });
    expect(created(engine)).toEqual([]);
  });

  test('is made although another session’s network goes while the subnets are read', async () => {
    const engine = new FakeEngine();
    engine.networks = subnets(2);
    engine.refuse = ([, , what]) =>
      what === 'inspect' ? 'Error response from daemon: network net-1 not found' : undefined;
    await createNetwork(engine, { session: 'abc', home: '/home/me' });
    expect(created(engine).length).toBeGreaterThan(0);
  });
});

describe('a wanted subnet', () => {
  test('is the first of the wanted ones that is free', async () => {
    const engine = new FakeEngine();
    engine.networks = subnets(5);
    expect(await claimSlot(engine, { session: 'abc', home: '/home/me' }, [3, 7, 9])).toBe(7);
    expect(engine.networks.at(-1)).toMatchObject({ id: 'kubewright-abc', subnet: '10.210.7.0/24' });
  });

  test('is none when all of them are taken, and then no network is made', async () => {
    const engine = new FakeEngine();
    engine.networks = subnets(5);
    expect(await claimSlot(engine, { session: 'abc', home: '/home/me' }, [3, 4])).toBeUndefined();
    expect(await claimSlot(engine, { session: 'abc', home: '/home/me' }, [])).toBeUndefined();
    expect(created(engine)).toEqual([]);
  });

  test('is left to golden states as long as there are others', async () => {
    const engine = new FakeEngine();
    await createNetwork(engine, { session: 'abc', home: '/home/me' });
    const slot = Number(/10\.210\.(\d+)\./.exec(engine.networks[0]?.subnet ?? '')?.[1]);
    expect(goldenSlots).not.toContain(slot);
  });

  test('carries further labels', async () => {
    const engine = new FakeEngine();
    await claimSlot(engine, { session: 'abc', home: '/home/me', labels: { 'kubewright.golden-baker': '1:2' } }, [3]);
    expect(engine.networks[0]?.labels).toEqual({
      'kubewright.session': 'abc',
      'kubewright.home': '/home/me',
      'kubewright.golden-baker': '1:2',
    });
  });
});

/** A docker client that prints this for every inspect. */
function printing(text: string) {
  const ran: string[][] = [];
  const exec: Exec = {
    run: async (argv) => {
      ran.push([...argv]);
      const stdout = argv[1] === 'inspect' ? `${text}\n` : '';
      return { exitCode: 0, stdout, stderr: '', timedOut: false, command: argv.join(' ') };
    },
  };
  return { exec, ran };
}

describe('the address of a container', () => {
  test('is the present one while it runs', async () => {
    expect(await addressOf(printing('10.210.0.4|').exec, 'net', 'box')).toBe('10.210.0.4');
    expect(await addressOf(printing('10.210.0.4|10.210.0.4').exec, 'net', 'box')).toBe('10.210.0.4');
  });

  test('is the fixed one when it is stopped', async () => {
    expect(await addressOf(printing('|10.210.0.5').exec, 'net', 'box')).toBe('10.210.0.5');
  });

  test.each(['|', ''])('is missing when docker prints %j', async (text) => {
    await expect(addressOf(printing(text).exec, 'net', 'box')).rejects.toMatchObject({
      code: 'PROVISION_FAILED',
      message: 'the container box has no address on the network net',
    });
  });

  test('is asked for on that network only', async () => {
    const { exec, ran } = printing('10.210.0.4|');
    await addressOf(exec, 'kubewright-abc', 'box');
    expect(ran).toEqual([['docker', 'inspect', '--format', expect.stringContaining('"kubewright-abc"'), 'box']]);
  });

  test('is fixed by leaving the network and coming back with the same one and its name in the cluster', async () => {
    const { exec, ran } = printing('10.210.0.4|');
    expect(await pinAddress(exec, 'net', 'box', 'w1')).toBe('10.210.0.4');
    expect(ran.slice(1)).toEqual([
      ['docker', 'network', 'disconnect', 'net', 'box'],
      ['docker', 'network', 'connect', '--ip', '10.210.0.4', '--alias', 'w1', 'net', 'box'],
    ]);
  });
});
