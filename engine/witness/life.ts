import { existsSync, readFileSync } from 'node:fs';
import { createAuditSink, createSeenRequests } from './audit-sink.ts';
import type { WitnessClock } from './clock.ts';
import { createClusterParts } from './cluster-parts.ts';
import { parseWitnessCluster, parseWitnessConfig, type WitnessCluster, type witnessFiles } from './config.ts';
import { followCluster } from './follow-cluster.ts';
import { createHostLoadMeter, hostLoadEffects } from './host-load.ts';
import { openJournal } from './journal.ts';
import { runListener } from './listener.ts';
import { createMachineSink } from './machine-sink.ts';
import { recall } from './memory.ts';
import { startPart } from './part.ts';
import { createSenders } from './senders.ts';
import { runTick } from './tick.ts';

/** All that runs and is remembered between the opening of a journal and its end. */
export interface Life {
  /** Resolves when nothing runs any more and the journal is closed. */
  end(): Promise<void>;
}

/** Goes on with the journal where there is one. @throws Error when it cannot be opened, or config.json is wrong */
export function beginLife(
  files: ReturnType<typeof witnessFiles>,
  { clock, log }: { readonly clock: WitnessClock; readonly log: (message: string) => void },
): Life {
  const config = parseWitnessConfig(existsSync(files.config) ? readFileSync(files.config, 'utf8') : '{}');
  const journal = openJournal(files.journal, clock);
  const { record } = journal;
  const senders = createSenders();
  const load = createHostLoadMeter(hostLoadEffects(clock));
  const effects = { clock, record, log, memory: recall(journal.earlier), seen: createSeenRequests(), senders };
  // After a restart the learner is there already: nobody may be let in before the file is followed.
  if (existsSync(files.cluster)) senders.use(parseWitnessCluster(readFileSync(files.cluster, 'utf8')).nodes);

  const clusterParts = createClusterParts(effects);
  const use = (cluster: WitnessCluster) => {
    senders.use(cluster.nodes);
    load.use(cluster.accounts);
    return clusterParts.use(cluster);
  };
  const takers = { '/audit': createAuditSink(effects), '/machine': createMachineSink(effects) };
  const parts = [
    startPart('tick', effects, (signal) => runTick({ ...effects, load }, signal)),
    startPart('listener', effects, (signal) =>
      runListener(
        { port: config.auditPort, takers, onListening: (port) => log(`listening on port ${port}`) },
        log,
        signal,
      ),
    ),
    startPart('cluster', effects, (signal) =>
      followCluster({ path: files.cluster, drillPath: files.drill, clock, log, onCluster: use }, signal),
    ),
  ];
  return {
    async end() {
      // The follower first: it could start parts of the cluster again.
      await Promise.all(parts.map((part) => part.stop()));
      await clusterParts.stop();
      journal.close();
    },
  };
}
