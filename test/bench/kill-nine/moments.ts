import type { SessionState } from '../../../engine/domain/session.ts';

/** What the bench sees of a program at work. */
export interface Sight {
  /** Whether one of its lines has this text. */
  said(text: string): boolean;
  /** Whether a helper of it runs whose command line has these words. */
  runs(words: string): Promise<boolean>;
  /** Where its session is in the store. */
  state(): SessionState | undefined;
  /** How many results are in the store. */
  results(): number;
}

/** A stretch of a program's life in which it is killed. */
export interface Moment {
  readonly name: string;
  begins(sight: Sight): Promise<boolean> | boolean;
  /** The kill comes so long after the beginning at most … */
  readonly spanMs: number;
  /** … and at once where this is seen before. */
  over?(sight: Sight): Promise<boolean> | boolean;
  /** How often it is looked. */
  readonly everyMs?: number;
}

/** What a start says in its order, and how long each may last before it is killed. */
const linesOfStart = [
  ['the witness and the student host are started', 'starting the witness and the student host', 5_000],
  ['kind starts the node', 'Preparing nodes', 8_000],
  ['kubeadm makes the control plane', 'Starting control-plane', 20_000],
  ['addresses are fixed and identities issued', 'fixing the addresses', 6_000],
  ['the applications are deployed', '… Deploying the applications', 8_000],
  ['the record begins', '… Starting the record', 8_000],
  ['the faults are injected', '… Injecting the fault', 8_000],
] as const;
/** The symptoms of the scenario are there as soon as its faults are: no time to be killed in. */
const endOfStart = '… Waiting until the symptoms';

export const whileProvisioning: readonly Moment[] = [
  {
    name: 'its network is made',
    begins: (sight) => sight.runs('docker network create '),
    spanMs: 200,
    over: (sight) => sight.said(linesOfStart[0][1]),
  },
  ...linesOfStart.map(([name, line, spanMs], index): Moment => {
    const next = linesOfStart[index + 1]?.[1] ?? endOfStart;
    return { name, spanMs, begins: (sight) => sight.said(line), over: (sight) => sight.said(next) };
  }),
];

/** Another cluster than the session's is being made: the one that the session's is to be restored from. */
export const whileBaking: Moment = {
  ...{ name: 'a golden state is made for it', spanMs: 15_000 },
  begins: (sight) => sight.said('restore others from: Starting control-plane'),
  over: (sight) => sight.said('bringing it to rest'),
};

/** Nothing is under way but the server, and what a terminal has open. */
export const betweenCommands: Moment = { name: 'nothing is under way', begins: () => true, spanMs: 2_000 };

export const whileChecking: Moment = {
  ...{ name: 'the checks are looked at', spanMs: 100 },
  begins: (sight) => sight.said('looking at the checks'),
};

/** @param before how many results there are already */
export const beforeTheResult = (before: number): Moment => ({
  ...{ name: 'the verdict is being reached', spanMs: 20_000 },
  begins: (sight) => sight.said('waiting until the record holds'),
  over: (sight) => sight.results() > before,
});

/** @param before how many results there are already */
export const afterTheResult = (before: number): Moment => ({
  ...{ name: 'the result has just been written', begins: (sight) => sight.results() > before, spanMs: 0, everyMs: 2 },
});

/** The first thing that goes are the containers, the last is the network. */
const takingDown = (state: SessionState, name: string): Moment => ({
  name,
  begins: async (sight) => sight.state() === state && (await sight.runs('docker rm ')),
  spanMs: 3_000,
  over: (sight) => sight.runs('network rm'),
});

export const whileResetting: readonly [oldCluster: Moment, newCluster: Moment] = [
  takingDown('provisioning', 'the old cluster is taken down'),
  { name: 'the new cluster is made', begins: (sight) => sight.said('Preparing nodes'), spanMs: 20_000 },
];

export const whileStopping: Moment = takingDown('stopping', 'the cluster is taken down');
