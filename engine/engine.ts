import type { SessionState } from './domain/session.ts';
import type { Verdict } from './domain/verdict.ts';
import type { GoldenUse, Terminal, TerminalRequest } from './providers/provider.ts';

/** What web/ and cli/ may call. The composition root makes the real one. Every method throws KubewrightError. */
export interface Engine {
  /** All scenarios that load; a folder whose scenario is broken is left out here and reported by lint. */
  scenarios(): Promise<ScenarioSummary[]>;
  scenario(id: string): Promise<ScenarioPage>;
  /** Journals the session, then provisions in this process; resolves when the drill is ready. onSession gets the id at once. */
  start(scenario: string, options: StartOptions): Promise<SessionRow>;
  sessions(): Promise<SessionRow[]>;
  session(id: string): Promise<SessionRow>;
  /** The task with its variables filled in, and the machines to open terminals on. */
  desk(session: string): Promise<Desk>;
  /** A snapshot of all checks; nothing becomes final. */
  check(session: string, options?: { readonly signal?: AbortSignal }): Promise<Verdict>;
  /** Ends the drill: waits for `within`, judges `hold`, stores the result. A finished drill answers with its stored verdict. */
  finish(session: string, options?: { readonly signal?: AbortSignal }): Promise<Verdict>;
  /** Lets the events of the scenario happen whose condition holds; called every few seconds while someone looks. */
  letEventsHappen(session: string): Promise<void>;
  /** Same session id and scenario on a fresh cluster. */
  reset(session: string, options: StartOptions): Promise<SessionRow>;
  stop(session: string, options?: { readonly onStep?: (step: StepProgress) => void }): Promise<void>;
  openTerminal(session: string, request: TerminalRequest): Promise<Terminal>;
  /** Closes files and connections of this process; sessions go on. */
  close(): Promise<void>;
}

export interface StartOptions {
  readonly onSession?: (id: string) => void;
  readonly onStep?: (step: StepProgress) => void;
  readonly signal?: AbortSignal | undefined;
  /** Whether the cluster may be restored from a golden state; if-there when it is left out. */
  readonly golden?: GoldenUse;
}

/** Progress of one step of the walk. `detail` lines come while it is running. */
export interface StepProgress {
  readonly step: string;
  readonly title: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly detail?: string;
  /** Milliseconds, with state done or failed. */
  readonly tookMs?: number;
}

export interface ScenarioSummary {
  readonly id: string;
  readonly title: string;
  readonly domain: string;
  readonly minutes: number;
  readonly difficulty: 'easy' | 'medium' | 'hard';
  readonly versions: { readonly from: string; readonly to?: string };
}

export interface ScenarioPage extends ScenarioSummary {
  /** First paragraph of the task, plain text, for the catalogue's card. */
  readonly teaser: string;
  readonly shape: { readonly name: string; readonly controlPlanes: number; readonly workers: number };
  readonly tasks: readonly { readonly id: string; readonly points: number }[];
  readonly references: readonly string[];
}

export interface SessionRow {
  readonly id: string;
  readonly scenario: string;
  readonly state: SessionState;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly readyAt?: string;
  readonly finishedAt?: string;
  /** The steps of provisioning as last journalled. */
  readonly steps: readonly StepProgress[];
  /** What went wrong, for state failed. */
  readonly error?: { readonly message: string; readonly remedy: string };
  readonly verdict?: Verdict;
}

export interface Desk {
  readonly session: string;
  readonly title: string;
  readonly minutes: number;
  readonly tasks: readonly { readonly id: string; readonly points: number; readonly markdown: string }[];
  readonly machines: readonly {
    readonly name: string;
    readonly role: 'student' | 'control-plane' | 'worker' | 'spare';
  }[];
  readonly references: readonly string[];
}
