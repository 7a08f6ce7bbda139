/**
 * provisioning: the cluster is being made and broken. ready: the learner works. finished: judged, still there to
 * look at. stopping: being taken down. failed: it could not be made, or was lost later, and everything was taken down;
 * kept as a record until it is stopped or cleaned.
 */
export type SessionState = 'provisioning' | 'ready' | 'finished' | 'stopping' | 'failed';

/** Allowed moves of a session. A move that is not listed is refused with SESSION_STATE. */
export const sessionMoves = {
  provisioning: ['ready', 'failed', 'stopping'],
  ready: ['finished', 'stopping', 'provisioning', 'failed'],
  finished: ['stopping', 'provisioning'],
  stopping: [],
  failed: ['stopping'],
} as const satisfies Record<SessionState, readonly SessionState[]>;

export function mayMove(from: SessionState, to: SessionState): boolean {
  return (sessionMoves[from] as readonly SessionState[]).includes(to);
}

/** The state word shown as a sentence part, for messages such as "session x is still being provisioned". */
export const stateWords = {
  provisioning: 'still being provisioned',
  ready: 'ready',
  finished: 'finished',
  stopping: 'being stopped',
  failed: 'failed',
} as const satisfies Record<SessionState, string>;
