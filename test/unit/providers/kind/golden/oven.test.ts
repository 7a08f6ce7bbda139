import type Dockerode from 'dockerode';
import { describe, expect, test } from 'vitest';
import { clearGolden } from '../../../../../engine/providers/kind/golden/oven.ts';
import type { Exec } from '../../../../../engine/system/exec.ts';
import { FakeClock } from '../../../system/fake-clock.ts';
import { FakeEngine } from '../fake-engine.ts';
import { FakeShelf } from './fake-shelf.ts';

const home = '/home/me';

/** An engine with networks and containers of bakers, and images that they have made. */
function kitchen() {
  const engine = new FakeEngine();
  const shelf = new FakeShelf();
  const exec: Exec = {
    run: (argv, options) =>
      argv[1] === 'image' || argv.some((word) => word.startsWith('ancestor='))
        ? shelf.run(argv)
        : engine.run(argv, options),
  };
  const bakes = (part: string, baker: string, store = home) => {
    const labels = { 'kubewright.session': part, 'kubewright.home': store, 'kubewright.golden-baker': baker };
    engine.networks.push({ id: `net-${part}`, labels });
    engine.containers.push({
      id: `${part}-cp1`,
      labels: { 'io.x-k8s.kind.cluster': `kubewright-${part}`, 'io.x-k8s.kind.role': 'control-plane' },
      volumes: [`var-${part}`],
    });
    engine.volumes.add(`var-${part}`);
    shelf.bake(part, {}, false);
  };
  const clear = (options: { all: boolean; allStores: boolean }) =>
    clearGolden(
      {
        exec,
        clock: new FakeClock(),
        dockerode: {} as Dockerode,
        stateFolder: home,
        owner: { own: () => '1:1', isAlive: (owner) => owner === 'alive' },
      },
      options,
    );
  const parts = () => [...new Set(shelf.images.map(({ tag }) => tag.split(':')[1]?.split('-')[0]))];
  return { engine, shelf, bakes, clear, parts };
}

describe('clearing the oven', () => {
  test('takes down what a baker left behind that was killed, images included, and nothing of one that is at work', async () => {
    const { engine, bakes, clear, parts } = kitchen();
    bakes('killed', 'dead');
    bakes('atwork', 'alive');
    bakes('others', 'dead', '/home/somebody');
    expect(await clear({ all: false, allStores: false })).toEqual({ removed: 1, inUse: 0, bytes: 0, unfinished: 1 });
    expect(engine.networks.map(({ id }) => id)).toEqual(['net-atwork', 'net-others']);
    expect([...engine.volumes]).toEqual(['var-atwork', 'var-others']);
    expect(parts()).toEqual(['1', 'atwork', 'others']);
  });

  test('takes down what bakers of other stores left, too, when the machine is only ours', async () => {
    const { engine, bakes, clear } = kitchen();
    bakes('others', 'dead', '/home/somebody');
    await clear({ all: false, allStores: true });
    expect(engine.networks).toEqual([]);
  });

  test('keeps whole states unless all are to go', async () => {
    const { shelf, clear, parts } = kitchen();
    shelf.bake('whole');
    shelf.bake('half', {}, false);
    expect(await clear({ all: false, allStores: false })).toMatchObject({ removed: 1 });
    expect(parts()).toEqual(['1', 'whole']);
    expect(await clear({ all: true, allStores: false })).toEqual({ removed: 1, inUse: 0, bytes: 100, unfinished: 0 });
    expect(parts()).toEqual(['1']);
  });
});
