import type { DatabaseSync } from 'node:sqlite';
import { KubewrightError } from '../domain/errors.ts';
import { mayMove, type SessionState, stateWords } from '../domain/session.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { StepProgress } from '../engine.ts';
import { createDiscardedStore, type DiscardedStore } from './discarded.ts';
import { createStatements, type Row } from './statements.ts';
import { createWaitingStore, type WaitingStore } from './waiting.ts';

export interface SessionRecord {
  readonly id: string;
  /** What its cluster is called on the engine: as the session, until a reset takes a cluster that waited. */
  readonly cluster: string;
  readonly scenario: string;
  /** Folder of the scenario files, which may lie outside the installation. */
  readonly folder: string;
  readonly state: SessionState;
  /** Wall clock milliseconds, all of them. */
  readonly createdAt: number;
  /** When the drill was handed to the learner: acts before it are not theirs. */
  readonly readyAt?: number;
  readonly finishedAt?: number;
  /** "pid:start time" of the process that is provisioning or stopping it. */
  readonly owner?: string;
  /** Values made for this session, such as SESSION_TOKEN. */
  readonly facts: Readonly<Record<string, string>>;
  readonly steps: readonly StepProgress[];
  /** Scenario events that have happened: id -> wall clock milliseconds. */
  readonly happened: Readonly<Record<string, number>>;
  readonly error?: { readonly message: string; readonly remedy: string };
  readonly verdict?: Verdict;
}

export interface Conclusion {
  readonly verdict: Verdict;
  readonly result: number;
  readonly isNew: boolean;
}

export interface SessionStore {
  /** Clusters that no session has yet. */
  readonly waiting: WaitingStore;
  /** Clusters that no session has any more. */
  readonly discarded: DiscardedStore;
  add(record: {
    id: string;
    scenario: string;
    folder: string;
    createdAt: number;
    owner: string;
    facts: Record<string, string>;
  }): void;
  get(id: string): SessionRecord | undefined;
  all(): SessionRecord[];
  /**
   * Moves the session to a state, atomically with what goes with it.
   * @throws KubewrightError SESSION_UNKNOWN, or SESSION_STATE when the move is not allowed from where it is now.
   */
  move(
    id: string,
    to: SessionState,
    with_?: {
      readyAt?: number;
      finishedAt?: number;
      owner?: string;
      error?: SessionRecord['error'];
      verdict?: Verdict;
    },
  ): void;
  setSteps(id: string, steps: readonly StepProgress[]): void;
  /** Adds what turned out while the session was made; facts of the same name are replaced. */
  addFacts(id: string, facts: Record<string, string>): void;
  /** Records that an event of the scenario happens now; false when it had happened already (another process was first). */
  claimEvent(id: string, event: string, at: number): boolean;
  /** Takes a claim back: the event could not happen. */
  releaseEvent(id: string, event: string): void;
  /**
   * Gives a session back its beginnings for a reset: new facts, nothing happened, no verdict.
   * @param cluster another one than it has: that one is discarded, and the owner's to take down
   * @returns the cluster that it had
   */
  restart(id: string, owner: string, facts: Record<string, string>, cluster?: string): string;
  remove(id: string): void;
  /**
   * Ends a drill: its state, its verdict and the result that outlives the session are written in one transaction, so
   * that none is ever there without the others. A verdict that is no longer inconclusive stands: it is not replaced.
   * @param drill.readyAt which drill of the session was judged: it may have been reset meanwhile
   * @returns the verdict that stands, the number of its result, and whether it is the one given here
   * @throws KubewrightError SESSION_UNKNOWN, or SESSION_STATE when this drill is over in another way
   */
  conclude(
    id: string,
    drill: { readonly readyAt: number | undefined; readonly at: number; readonly verdict: Verdict },
  ): Conclusion;
  /** Makes a ready session a failed one; false when this drill of it is no longer the one that goes on. */
  giveUp(id: string, drill: { readonly readyAt: number | undefined; readonly error: SessionRecord['error'] }): boolean;
  /** Hands a session over from a process that is dead, or to nobody; false when somebody else was first. */
  takeOver(id: string, from: string | undefined, to: string | undefined): boolean;
  journal(session: string, at: number, entry: string): void;
  /** Entries of a session's journal in their order. */
  entries(session: string): readonly { readonly at: number; readonly entry: string }[];
}

export function createSessionStore(database: DatabaseSync): SessionStore {
  const { prepare, atomically } = createStatements(database);
  const get = (id: string): SessionRecord | undefined => {
    const row = prepare('SELECT * FROM session WHERE id = ?').get(id) as Row | undefined;
    return row === undefined ? undefined : toRecord(row);
  };
  const insist = (id: string): SessionRecord => {
    const record = get(id);
    if (record === undefined) throw new KubewrightError('SESSION_UNKNOWN', `there is no session "${id}"`);
    return record;
  };

  /** Two drills of one session may seem to begin at the same moment where the clock was set back in between. */
  const freeStart = (id: string, from: number): number => {
    const taken = prepare('SELECT 1 FROM result WHERE session = ? AND started_at = ?').get(id, from);
    return taken === undefined ? from : freeStart(id, from + 1);
  };

  return {
    waiting: createWaitingStore(database),
    discarded: createDiscardedStore(database),
    get,
    add({ id, scenario, folder, createdAt, owner, facts }) {
      prepare(
        'INSERT INTO session (id, scenario, folder, state, created_at, owner, facts) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ).run(id, scenario, folder, 'provisioning', createdAt, owner, JSON.stringify(facts));
    },
    all: () => (prepare('SELECT * FROM session ORDER BY created_at, rowid').all() as Row[]).map(toRecord),
    move(id, to, with_ = {}) {
      atomically(() => {
        const record = insist(id);
        if (!mayMove(record.state, to)) {
          throw new KubewrightError('SESSION_STATE', `session ${id} is ${stateWords[record.state]}`);
        }
        prepare(
          `UPDATE session SET state = ?, ready_at = coalesce(?, ready_at), finished_at = coalesce(?, finished_at),
               owner = ?, error = ?, verdict = coalesce(?, verdict) WHERE id = ?`,
        ).run(
          to,
          with_.readyAt ?? null,
          with_.finishedAt ?? null,
          with_.owner ?? null,
          with_.error === undefined ? null : JSON.stringify(with_.error),
          with_.verdict === undefined ? null : JSON.stringify(with_.verdict),
          id,
        );
      });
    },
    setSteps(id, steps) {
      prepare('UPDATE session SET steps = ? WHERE id = ?').run(JSON.stringify(steps), id);
    },
    addFacts(id, facts) {
      prepare('UPDATE session SET facts = json_patch(facts, ?) WHERE id = ?').run(JSON.stringify(facts), id);
    },
    claimEvent: (id, event, at) =>
      atomically(() => {
        const record = insist(id);
        if (record.happened[event] !== undefined) return false;
        prepare('UPDATE session SET happened = ? WHERE id = ?').run(
          JSON.stringify({ ...record.happened, [event]: at }),
          id,
        );
        return true;
      }),
    releaseEvent(id, event) {
      atomically(() => {
        const { [event]: _, ...others } = insist(id).happened;
        prepare('UPDATE session SET happened = ? WHERE id = ?').run(JSON.stringify(others), id);
      });
    },
    restart: (id, owner, facts, cluster) =>
      atomically(() => {
        const record = insist(id);
        if (!mayMove(record.state, 'provisioning')) {
          throw new KubewrightError('SESSION_STATE', `session ${id} is ${stateWords[record.state]}`);
        }
        prepare(
          `UPDATE session SET state = 'provisioning', ready_at = NULL, finished_at = NULL, owner = ?, facts = ?,
               steps = '[]', happened = '{}', error = NULL, verdict = NULL, cluster = ? WHERE id = ?`,
        ).run(owner, JSON.stringify(facts), cluster ?? record.cluster, id);
        if (cluster !== undefined) {
          prepare('INSERT INTO discarded (id, owner) VALUES (?, ?)').run(record.cluster, owner);
        }
        return record.cluster;
      }),
    remove(id) {
      prepare('DELETE FROM session WHERE id = ?').run(id);
    },
    conclude: (id, { readyAt, at, verdict }) =>
      atomically(() => {
        const record = insist(id);
        const isOpen = record.state === 'ready' || record.state === 'finished';
        if (!isOpen || record.readyAt !== readyAt) {
          throw new KubewrightError('SESSION_STATE', `session ${id} is ${stateWords[record.state]}`);
        }
        const { verdict: former } = record;
        if (former !== undefined) {
          // The last result of the session is this drill's.
          const { number } = prepare('SELECT max(number) AS number FROM result WHERE session = ?').get(id) ?? {};
          const result = Number(number);
          if (former.operations !== 'inconclusive') return { verdict: former, result, isNew: false };
          prepare('UPDATE session SET verdict = ? WHERE id = ?').run(JSON.stringify(verdict), id);
          prepare('UPDATE result SET exam = ?, operations = ?, checks = ? WHERE number = ?').run(
            ...[verdict.exam, verdict.operations, JSON.stringify(verdict.checks), result],
          );
          return { verdict, result, isNew: true };
        }
        const startedAt = record.readyAt ?? record.createdAt;
        // A clock that was set back must not make a drill end before it began.
        const finishedAt = Math.max(at, startedAt);
        prepare("UPDATE session SET state = 'finished', finished_at = ?, verdict = ?, owner = NULL WHERE id = ?").run(
          ...[finishedAt, JSON.stringify(verdict), id],
        );
        const { lastInsertRowid } = prepare(
          `INSERT INTO result (session, scenario, started_at, finished_at, exam, operations, checks)
             VALUES (?, ?, ?, ?, ?, ?, ?)`,
        ).run(
          ...[id, record.scenario, freeStart(id, startedAt), finishedAt],
          ...[verdict.exam, verdict.operations, JSON.stringify(verdict.checks)],
        );
        return { verdict, result: Number(lastInsertRowid), isNew: true };
      }),
    giveUp(id, { readyAt, error }) {
      const { changes } = prepare(
        "UPDATE session SET state = 'failed', error = ? WHERE id = ? AND state = 'ready' AND ready_at IS ?",
      ).run(JSON.stringify(error), id, readyAt ?? null);
      return Number(changes) === 1;
    },
    takeOver(id, from, to) {
      const { changes } = prepare('UPDATE session SET owner = ? WHERE id = ? AND owner IS ?').run(
        to ?? null,
        id,
        from ?? null,
      );
      return Number(changes) === 1;
    },
    journal(session, at, entry) {
      prepare('INSERT INTO journal (session, at, entry) VALUES (?, ?, ?)').run(session, at, entry);
    },
    entries: (session) =>
      (prepare('SELECT at, entry FROM journal WHERE session = ? ORDER BY number').all(session) as Row[]).map((row) => ({
        at: Number(row['at']),
        entry: String(row['entry']),
      })),
  };
}

function toRecord(row: Row): SessionRecord {
  const json = <T>(column: string): T | undefined =>
    row[column] === null || row[column] === undefined ? undefined : (JSON.parse(String(row[column])) as T);
  const optional = {
    readyAt: row['ready_at'] === null ? undefined : Number(row['ready_at']),
    finishedAt: row['finished_at'] === null ? undefined : Number(row['finished_at']),
    owner: row['owner'] === null ? undefined : String(row['owner']),
    error: json<NonNullable<SessionRecord['error']>>('error'),
    verdict: json<Verdict>('verdict'),
  };
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return {
    id: String(row['id']),
    cluster: String(row['cluster'] ?? row['id']),
    scenario: String(row['scenario']),
    folder: String(row['folder']),
    state: String(row['state']) as SessionState,
    createdAt: Number(row['created_at']),
    facts: json<Record<string, string>>('facts') ?? {},
    steps: json<StepProgress[]>('steps') ?? [],
    happened: json<Record<string, number>>('happened') ?? {},
    ...present,
  };
}
