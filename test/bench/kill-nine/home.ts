import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DrillResult } from '../../../engine/domain/results.ts';
import type { SessionState } from '../../../engine/domain/session.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { createResultStore } from '../../../engine/store/results.ts';
import { createSessionStore, type SessionRecord } from '../../../engine/store/sessions.ts';
import { launch, type Program } from '../program.ts';

/** The store of the programs that are killed, read beside them. */
export interface Home {
  readonly folder: string;
  /** Where the programs put what is of use to them for a moment. */
  readonly temporary: string;
  /** The one that was begun last. */
  session(): SessionRecord | undefined;
  state(session: string): SessionState | undefined;
  results(): readonly DrillResult[];
  /** Starts the command line on it. */
  run(argv: readonly string[], signal: AbortSignal): Program;
  close(): void;
}

export function openHome(folder: string): Home {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const database = openDatabase(join(folder, 'kubewright.db'));
  const sessions = createSessionStore(database);
  const results = createResultStore(database);
  return {
    ...{ folder, temporary },
    session: () => sessions.all().at(-1),
    state: (session) => sessions.get(session)?.state,
    results: () => results.all(),
    run: (argv, signal) => launch(folder, argv, signal, { TMPDIR: temporary }),
    close: () => database.close(),
  };
}
