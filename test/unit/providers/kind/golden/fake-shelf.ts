import {
  describe as describeState,
  type GoldenState,
  partLabel,
  stateLabel,
} from '../../../../../engine/providers/kind/golden/state.ts';
import type { Exec } from '../../../../../engine/system/exec.ts';

interface FakeImage {
  readonly id: string;
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The docker client in front of an engine that has images, and containers made from some of them. */
export class FakeShelf implements Exec {
  images: FakeImage[] = [{ id: 'sha256:node', tag: 'kubewright/node:1', labels: { 'kubewright.role': 'node' } }];
  /** Tags that a container was made from. */
  readonly used = new Set<string>();

  async run(argv: readonly string[]) {
    const lines = this.#answer(argv.slice(1));
    const stdout = lines.map((line) => `${line}\n`).join('');
    return { exitCode: 0, stdout, stderr: '', timedOut: false, command: argv.join(' ') };
  }

  #answer([noun, verb, ...words]: readonly string[]): string[] {
    if (noun === 'ps') {
      const tag = words.at(-1)?.replace('ancestor=', '') ?? '';
      return this.used.has(tag) ? ['container'] : [];
    }
    if (noun === 'image' && verb === 'ls') {
      return this.images.filter(({ labels }) => labels[partLabel] !== undefined).map(({ id }) => id);
    }
    if (noun === 'image' && verb === 'inspect') {
      return this.images
        .filter(({ id }) => words.includes(id))
        .map(({ id, tag, labels }) => JSON.stringify({ Id: id, RepoTags: [tag], Config: { Labels: labels } }));
    }
    if (noun === 'image' && verb === 'rm') {
      this.images = this.images.filter(({ tag }) => tag !== words.at(-1));
      return [];
    }
    throw new Error(`this engine does not know: ${[noun, verb, ...words].join(' ')}`);
  }

  /** The images that a bake leaves: those of the workers, and where it came to its end the first machine's. */
  bake(part: string, more: Partial<GoldenState> = {}, isFinished = true): void {
    const state = goldenState({ ...more, machines: goldenState().machines.map((it) => withImage(part, it)) });
    const add = (name: string, labels: Record<string, string> = {}) =>
      this.images.push({
        id: `sha256:${part}-${name}`,
        tag: `kubewright/golden:${part}-${name}`,
        labels: { [partLabel]: part, ...labels },
      });
    for (const { name } of state.machines.slice(1)) add(name);
    if (isFinished) add('cp1', { [stateLabel]: describeState(state) });
  }
}

function withImage(part: string, machine: GoldenState['machines'][number]): GoldenState['machines'][number] {
  const { image: _image, ...first } = machine;
  return machine.name === 'cp1' ? first : { ...machine, image: `sha256:${part}-${machine.name}` };
}

export function goldenState(more: Partial<GoldenState> = {}): GoldenState {
  const container = (ports: object) => ({
    Image: 'kubewright/node:1',
    Hostname: 'kubewright-part-node',
    Labels: { 'io.x-k8s.kind.role': 'worker', 'kubewright.role': 'node' },
    Volumes: { '/var': {} },
    HostConfig: { Privileged: true, NetworkMode: 'kubewright-part', PortBindings: ports },
  });
  return {
    key: 'key',
    slot: 3,
    bakedAt: 1_000,
    bytes: 100,
    machines: [
      {
        name: 'cp1',
        role: 'control-plane',
        suffix: 'control-plane',
        image: 'sha256:cp1',
        address: '10.210.3.2',
        aliases: ['cp1', 'kubewright-part-control-plane'],
        container: container({ '6443/tcp': [{ HostIp: '127.0.0.1', HostPort: '40123' }] }),
      },
      {
        name: 'w1',
        role: 'worker',
        suffix: 'worker',
        image: 'sha256:w1',
        address: '10.210.3.3',
        aliases: ['w1', 'kubewright-part-worker'],
        container: container({}),
      },
    ],
    memory: {
      leases: { cp1: '2026-01-02T14:00:00.000001Z', w1: '2026-01-02T14:00:01Z' },
      containers: ['containerd://a'],
    },
    ...more,
  };
}
