import type { CheckResult } from '../domain/verdict.ts';
import type { Cluster } from '../providers/provider.ts';
import type { SessionRecord } from '../store/sessions.ts';
import type { PlannedDrill } from './planned-drill.ts';

/** What keeps the story of a drill, for a look back when its cluster is gone. Nothing in it decides anything. */
export interface DrillDiary {
  /** Somebody looked at these checks. */
  looked(session: string, at: number, results: readonly CheckResult[]): void;
  /**
   * The drill was judged; its cluster is still there. Resolves with what keeps its story with its result, at once: whoever
   * sees the result sees the story. Never rejects: the verdict stands without it.
   */
  judged(drill: JudgedDrill): Promise<(result: number) => void>;
  /** What was kept of a drill that begins again. */
  forget(session: string): void;
}

export interface JudgedDrill {
  /** As it was when it was judged. */
  readonly record: SessionRecord;
  readonly drill: PlannedDrill;
  readonly cluster: Cluster;
  readonly finishedAt: number;
}
