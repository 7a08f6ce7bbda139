import type { VerdictWord } from './verdict.ts';

/** What a learner has done so far, from the results of their own drills. */
export interface Progress {
  readonly drills: number;
  readonly passed: number;
  readonly domains: readonly DomainProgress[];
  readonly scenarios: readonly ScenarioProgress[];
  /** What to practise next, the most useful first. */
  readonly next: readonly { readonly scenario: string; readonly title: string; readonly why: string }[];
}

export interface DomainProgress {
  readonly domain: string;
  /** Share of the exam, percent. */
  readonly weight: number;
  readonly scenarios: number;
  /** Scenarios whose last try passed the exam's verdict, and the operations' one. */
  readonly passed: number;
  readonly mastered: number;
}

export interface ScenarioProgress {
  readonly scenario: string;
  readonly title: string;
  readonly domain: string;
  /** Planned time. */
  readonly minutes: number;
  readonly tries: number;
  readonly last?: Try;
  /** The best verdict, and of those the shortest. */
  readonly best?: Try;
}

export interface Try {
  readonly result: number;
  readonly finishedAt: number;
  readonly tookMs: number;
  readonly exam: VerdictWord;
  readonly operations: VerdictWord;
}
