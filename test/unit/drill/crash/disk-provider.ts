import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubewrightError } from '../../../../engine/domain/errors.ts';
import type { AdoptRequest, Cluster, ClusterRequest, Provider } from '../../../../engine/providers/provider.ts';
import type { Clock } from '../../../../engine/system/clock.ts';
import { FakeCluster, FakeWorld } from '../fake-world.ts';

/** What a session is made of here, in the order of making. */
const parts = ['network', 'witness', 'student', 'cp1', 'w1'] as const;

/** Makes clusters of files, which outlive the process that made them as containers do. Every effect is a crash point. */
export class DiskProvider implements Provider {
  readonly name = 'fake on a disk';
  readonly world = new FakeWorld();
  /** Fails the making of a cluster after so many parts. */
  failAfter = parts.length + 1;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #point: (name: string) => void;

  constructor(folder: string, clock: Clock, point: (name: string) => void = () => {}) {
    this.#folder = folder;
    this.#clock = clock;
    this.#point = point;
    mkdirSync(folder, { recursive: true });
  }

  admit = async () => {};

  async create({ session }: ClusterRequest): Promise<Cluster> {
    for (const [index, part] of parts.entries()) {
      if (index === this.failAfter) throw new KubewrightError('PROVISION_FAILED', 'the cluster could not be made');
      this.#effect(`make ${part}`, () => writeFileSync(join(this.#folder, `${session}.${part}`), ''));
      // As between two calls of the engine, others may run.
      await Promise.resolve();
    }
    this.world.door = 'open';
    return new FakeCluster(session, this.world, this.#clock);
  }

  async open(session: string): Promise<Cluster> {
    if (this.partsOf(session).length === 0)
      throw new KubewrightError('SESSION_UNKNOWN', `nothing of ${session} is there`);
    return new FakeCluster(session, this.world, this.#clock);
  }

  async destroy(session: string): Promise<void> {
    for (const part of this.partsOf(session).toReversed()) {
      this.#effect(`remove ${part}`, () => rmSync(join(this.#folder, `${session}.${part}`)));
      await Promise.resolve();
    }
  }

  adopt = async ({ session }: AdoptRequest) => this.open(session);
  standStill = async () => {};
  wake = async () => {};
  isStill = async () => false;
  usage = async () => ({ memoryBytes: 0, cpuMs: 0, parts: [] });
  written = async () => new Map<string, number>();
  clearGolden = async () => ({ removed: 0, inUse: 0, bytes: 0, unfinished: 0 });
  missing = async (session: string) => parts.filter((part) => !existsSync(join(this.#folder, `${session}.${part}`)));
  list = async () => [...new Set(readdirSync(this.#folder).map((name) => name.split('.')[0] ?? ''))];
  partsOf = (session: string) => parts.filter((part) => existsSync(join(this.#folder, `${session}.${part}`)));

  #effect(name: string, act: () => void): void {
    this.#point(`before: ${name}`);
    act();
    this.#point(`after: ${name}`);
  }
}
