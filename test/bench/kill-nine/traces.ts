import Docker from 'dockerode';
import { homeLabel, networkName, sessionOfLabels } from '../../../engine/providers/kind/names.ts';

/** What the engine has of the sessions of a store. */
export interface Traces {
  /**
   * Containers, networks and volumes of all sessions that the store ever had, but for those that the kept one needs. Others
   * use the engine, too: what neither has a label of ours nor was seen when it was made is theirs.
   */
  left(kept: string | undefined): Promise<string[]>;
  close(): void;
}

interface EngineEvent {
  readonly Type: string;
  readonly Actor: { readonly ID: string };
}
type Labels = Readonly<Record<string, string>> | undefined;

const sessionOf = (labels: Labels) => sessionOfLabels(labels ?? {}) ?? '';

/** Follows what is made on the engine from now on: an anonymous volume tells of nobody once its container is gone. */
export async function followTraces(home: string): Promise<Traces> {
  const engine = new Docker();
  const sessions = new Set<string>();
  const sessionOfVolume = new Map<string, string>();
  let looking = Promise.resolve();

  const look = async ({ Type, Actor }: EngineEvent) => {
    if (Type === 'network') {
      const { Labels } = (await engine.getNetwork(Actor.ID).inspect()) as { Labels: Labels };
      if (Labels?.[homeLabel] === home) sessions.add(sessionOf(Labels));
      return;
    }
    const { Config, Mounts } = await engine.getContainer(Actor.ID).inspect();
    for (const { Name } of Mounts) if (Name !== undefined) sessionOfVolume.set(Name, sessionOf(Config.Labels));
  };
  const events = await engine.getEvents({ filters: { type: ['container', 'network'], event: ['create'] } });
  let rest = '';
  events.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((text) => text.trim() !== '')) {
      // One that is gone before it can be looked at is somebody else's: ours stay for seconds.
      looking = looking.then(() => look(JSON.parse(line) as EngineEvent)).catch(() => {});
    }
  });

  return {
    async left(kept) {
      await looking;
      const containers = await engine.listContainers({ all: true });
      const networks = await engine.listNetworks();
      const { Volumes: volumes } = await engine.listVolumes();
      const inUse = new Set(containers.flatMap(({ Mounts }) => Mounts.map(({ Name }) => Name)));
      const isLeft = (session: string) => sessions.has(session) && session !== kept;
      return [
        ...containers.filter(({ Labels }) => isLeft(sessionOf(Labels))).map(({ Names }) => `container ${Names[0]}`),
        ...networks
          .filter(({ Name }) => [...sessions].some((session) => isLeft(session) && Name === networkName(session)))
          .map(({ Name }) => `network ${Name}`),
        ...volumes
          .filter(({ Name }) => sessions.has(sessionOfVolume.get(Name) ?? ''))
          .filter(({ Name }) => isLeft(sessionOfVolume.get(Name) ?? '') || !inUse.has(Name))
          .map(({ Name }) => `volume ${Name} of session ${sessionOfVolume.get(Name)}`),
      ];
    },
    close: () => (events as NodeJS.ReadableStream & { destroy(): void }).destroy(),
  };
}
