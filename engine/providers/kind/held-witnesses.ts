import type { WitnessHost } from './witness-host.ts';

/** The ways to the witnesses of clusters that wait, held by whoever has made them until the clusters are taken. */
export interface HeldWitnesses {
  /** Opens one, so that whoever takes the cluster need not wait until a program has started there. */
  hold(session: string): Promise<void>;
  /** What was held, else a new one; the caller closes it. */
  take(session: string): WitnessHost;
  /** Nothing where none is held, such as when another process has taken the cluster. */
  drop(session: string): void;
}

/** @param open the way to the witness of a session, as openWitness() */
export function createHeldWitnesses(open: (session: string) => WitnessHost): HeldWitnesses {
  const held = new Map<string, WitnessHost>();
  return {
    async hold(session) {
      const witness = open(session);
      held.set(session, witness);
      await witness.open();
    },
    take(session) {
      const witness = held.get(session) ?? open(session);
      held.delete(session);
      return witness;
    },
    drop(session) {
      held.get(session)?.close();
      held.delete(session);
    },
  };
}
