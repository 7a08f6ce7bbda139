import { describe, expect, test } from 'vitest';
import { mayMove, type SessionState, sessionMoves, stateWords } from '../../../engine/domain/session.ts';

const states = Object.keys(sessionMoves) as SessionState[];
const allowed = [
  'provisioning -> ready',
  'provisioning -> failed',
  'provisioning -> stopping',
  'ready -> finished',
  'ready -> stopping',
  'ready -> provisioning',
  'ready -> failed',
  'finished -> stopping',
  'finished -> provisioning',
  'failed -> stopping',
];

describe('the moves of a session', () => {
  test('are exactly these', () => {
    const all = states.flatMap((from) => states.filter((to) => mayMove(from, to)).map((to) => `${from} -> ${to}`));
    expect(all.toSorted()).toEqual(allowed.toSorted());
  });

  test('end in stopping from everywhere', () => {
    expect(states.filter((state) => state !== 'stopping' && !mayMove(state, 'stopping'))).toEqual([]);
    expect(sessionMoves.stopping).toEqual([]);
  });

  test('never lead to where a session is already', () => {
    expect(states.filter((state) => mayMove(state, state))).toEqual([]);
  });

  test('have words that can stand in a sentence', () => {
    expect(Object.keys(stateWords).toSorted()).toEqual(states.toSorted());
    expect(`session x is ${stateWords.provisioning}`).toBe('session x is still being provisioned');
  });
});
