import type { VerdictWord } from './verdict.ts';

/** The rules of the certification's exam (CKA): two hours, 66 % to pass, the end state counts. */
export const examRules = {
  minutes: 120,
  passPercent: 66,
  /** Minutes left at which the learner is told. */
  warnings: [30, 15, 5],
} as const;

/** Share of each domain in the exam, percent (CKA curriculum v1.35, cncf/curriculum). */
export const domainWeights: Readonly<Record<string, number>> = {
  troubleshooting: 30,
  'cluster-architecture': 25,
  networking: 20,
  workloads: 15,
  storage: 10,
};

/** running: the clock runs. judging: handed in or over time, the questions are being judged. finished: the result is there. */
export type ExamState = 'running' | 'judging' | 'finished';

/**
 * unopened: its cluster has not been asked for. making: its cluster is being made. open: the learner can work.
 * broken: its cluster could not be made; opening it tries again. judged: its result is there.
 */
export type QuestionState = 'unopened' | 'making' | 'open' | 'broken' | 'judged';

export interface ExamPage {
  readonly id: string;
  readonly seed: string;
  readonly state: ExamState;
  /** Wall clock milliseconds. */
  readonly startedAt: number;
  readonly endsAt: number;
  /** The clock of who asks may go wrong: this is ours, now. */
  readonly now: number;
  readonly submittedAt?: number;
  readonly finishedAt?: number;
  /** Number of the question that was looked at last. */
  readonly current: number;
  readonly questions: readonly ExamQuestion[];
  /** With state finished. */
  readonly outcome?: ExamOutcome;
}

export interface ExamQuestion {
  /** From 1. */
  readonly number: number;
  readonly title: string;
  readonly domain: string;
  readonly minutes: number;
  readonly points: number;
  readonly state: QuestionState;
  readonly flagged: boolean;
  /** With state making, open and judged. */
  readonly session?: string;
  /** With state broken. */
  readonly error?: { readonly message: string; readonly remedy: string };
  /** With state judged, once the exam is finished. */
  readonly result?: {
    readonly number: number;
    readonly earned: number;
    readonly exam: VerdictWord;
    readonly operations: VerdictWord;
  };
}

export interface ExamOutcome {
  /** inconclusive: nothing could be judged. What could not be judged counts neither way. */
  readonly verdict: VerdictWord;
  readonly earned: number;
  readonly possible: number;
  readonly percent: number;
}
