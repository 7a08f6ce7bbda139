import type { ClusterLook, Glance, HintBoard, Walkthrough } from './domain/aids.ts';
import type { Debrief, Parting } from './domain/debrief.ts';
import type { ExamPage } from './domain/exam.ts';
import type { Progress } from './domain/progress.ts';
import type { DrillResult } from './domain/results.ts';
import type { SessionState } from './domain/session.ts';
import type { CheckMode, CheckRole, Verdict } from './domain/verdict.ts';
import type { GoldenUse, Terminal, TerminalRequest } from './providers/provider.ts';

/** What web/ and cli/ may call. The composition root makes the real one. Every method throws KubewrightError. */
export interface Engine extends DeskAids {
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
  check(session: string, options?: JudgeOptions): Promise<Verdict>;
  /**
   * Ends the drill: waits for `within`, judges `hold`, stores the result. A finished drill answers with its stored verdict;
   * where that is inconclusive, the checks that could not read their subject look again.
   */
  finish(session: string, options?: JudgeOptions): Promise<Verdict>;
  /** Lets the events of the scenario happen whose condition holds; called every few seconds while someone looks. */
  letEventsHappen(session: string): Promise<void>;
  /** Same session id and scenario on a fresh cluster. */
  reset(session: string, options: StartOptions): Promise<SessionRow>;
  stop(session: string, options?: { readonly onStep?: (step: StepProgress) => void }): Promise<void>;
  openTerminal(session: string, request: TerminalRequest): Promise<Terminal>;
  /** Closes files and connections of this process; sessions go on. */
  close(): Promise<void>;
}

/** What helps a learner at the desk and judges nothing. In an exam there is none of it. */
export interface DeskAids {
  /** The checks that can be seen at a glance and the hints that the cluster makes appear; asked every few seconds while someone looks. */
  glance(session: string, options?: { readonly signal?: AbortSignal }): Promise<Glance>;
  /** The hints as they stand, those that the cluster makes appear now among them. */
  hints(session: string, options?: { readonly signal?: AbortSignal }): Promise<HintBoard>;
  /** Takes a hint that is offered. @throws USAGE when it is not, SESSION_STATE when the drill is over or in an exam. */
  takeHint(session: string, hint: string): Promise<HintBoard>;
  /** The solution. @throws SESSION_STATE before the drill was judged or given up, and in an exam. */
  walkthrough(session: string, options: { readonly giveUp: boolean }): Promise<Walkthrough>;
  /**
   * Tells what the cluster looks like, at most once a second and only when it changed, until the signal fires; and at once
   * when something has happened by which a check may turn.
   * @throws COMMAND_FAILED when the witness can't be followed any more
   */
  look(session: string, onlooker: Onlooker, signal: AbortSignal): Promise<void>;
}

export interface Onlooker {
  readonly onLook: (look: ClusterLook) => void;
  /** Something was done or has changed in the cluster or on a machine. */
  readonly onStir: () => void;
}

/** Exams: see engine/exam/exams.ts. Every method throws KubewrightError. */
export interface Exams {
  /** The newest first. */
  exams(): Promise<readonly ExamPage[]>;
  exam(id: string): Promise<ExamPage>;
  /** Draws the questions and starts the clock. @throws EXAM_RULES while another one is under way. */
  start(wanted: { readonly questions: number; readonly seed: string }): Promise<ExamPage>;
  /** Goes to a question; resolves when its cluster is there or has begun to be made. */
  open(id: string, question: number): Promise<ExamPage>;
  flag(id: string, question: number, flagged: boolean): Promise<ExamPage>;
  /** Hands everything in; it is judged then, one question after the other. */
  submit(id: string): Promise<ExamPage>;
  /** The exam under way that a session is a question of. */
  runningExamOf(session: string): string | undefined;
  /** Goes on with exams that an earlier process left: their clocks, and judging. */
  resume(): void;
  close(): Promise<void>;
}

/** Clusters that were made ahead: see engine/drill/pool.ts. */
export interface WaitingClusters {
  state(): Promise<PoolState>;
}

/** What waits, what it saves and what it costs, for whoever decides whether to keep it. */
export interface PoolState {
  /** How many shall wait. */
  readonly size: number;
  readonly waiting: readonly WaitingRow[];
}

export interface WaitingRow {
  /** The session's id once a drill has taken it. */
  readonly id: string;
  readonly shape: string;
  readonly versions: { readonly from: string; readonly to?: string };
  /** Scenarios that would take it. */
  readonly scenarios: readonly string[];
  /** ISO 8601; missing while it is being made. */
  readonly readyAt?: string;
  /** Milliseconds that making it took: whoever takes it does not wait for them. */
  readonly tookMs?: number;
  readonly memoryBytes?: number;
  /** Of the CPU, on average since it was ready. */
  readonly cores?: number;
}

/** What is kept of drills when they are over. Every method throws KubewrightError. */
export interface Records {
  /** In the order they were finished. */
  results(): Promise<readonly DrillResult[]>;
  /** The last one of a session. */
  resultOfSession(session: string): Promise<DrillResult | undefined>;
  debrief(result: number): Promise<DebriefPage>;
  /** asciicast v2. */
  recording(result: number, terminal: string): Promise<string>;
  progress(): Promise<Progress>;
  /** Everything that is kept, as one JSON document. */
  exportAll(): Promise<object>;
  /** Deletes everything that is kept of drills and exams that are over. */
  deleteAll(): Promise<void>;
}

export interface DebriefPage {
  readonly result: DrillResult;
  readonly title: string;
  readonly domain?: string;
  /** Planned time. */
  readonly minutes?: number;
  readonly recordings: readonly { readonly terminal: string; readonly machine: string }[];
  /** Missing for results of before debriefs were kept. */
  readonly debrief?: Debrief;
  /** How the reference procedure went; isCurrent: on the scenario as it is now. */
  readonly reference?: { readonly debrief: Debrief; readonly isCurrent: boolean };
  readonly parting?: Parting;
}

export interface StartOptions {
  readonly onSession?: (id: string) => void;
  readonly onStep?: (step: StepProgress) => void;
  readonly signal?: AbortSignal | undefined;
  /** Whether the cluster is restored from a golden state; at-hand when it is left out. With never, none that waits is taken. */
  readonly golden?: GoldenUse;
}

export interface JudgeOptions {
  readonly signal?: AbortSignal;
  /** Gets a line for each thing that it begins to wait for. A verdict that is there already waits for nothing. */
  readonly progress?: (line: string) => void;
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
  /** What its containers are called by where that is not its id: a reset has taken a cluster that waited. */
  readonly cluster?: string;
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
  /** The exam under way that it is a question of. */
  readonly exam?: string;
  /** Its cluster stands still until somebody types, see engine/drill/dozing.ts. */
  readonly dozes?: boolean;
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
  /** A question of an exam that goes on: no hints, no checks before its end. */
  readonly exam: boolean;
  /** Whether checks are shown as they turn. */
  readonly liveChecks: boolean;
  readonly checks: readonly {
    readonly id: string;
    readonly task: string;
    readonly role: CheckRole;
    readonly mode: CheckMode;
    /** Pages about what it looks at. */
    readonly read: readonly string[];
  }[];
}
