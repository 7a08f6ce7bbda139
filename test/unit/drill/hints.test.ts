import { describe, expect, it } from 'vitest';
import { boardOf, checksToHintBy, gaveUpKey, hintsThatAppear, keyOfOffered } from '../../../engine/drill/hints.ts';

const task = (
  id: string,
  hints: { text: string; cost: number; when?: { check: string; is: 'failed' | 'passed' } }[],
) => ({
  id,
  text: 'task.md#x',
  points: 4,
  checks: [],
  hints,
});
const scenario = {
  tasks: [
    task('drain', [
      { text: 'first', cost: 1 },
      { text: 'second', cost: 2 },
      { text: 'you broke it', cost: 1, when: { check: 'floor', is: 'failed' } },
      { text: 'free', cost: 0, when: { check: 'gate', is: 'passed' } },
    ]),
    task('other', [{ text: 'elsewhere', cost: 3 }]),
  ],
};
const result = (id: string, is: 'passed' | 'failed') => ({
  ...{ id, task: 'drain', role: 'safeguard' as const, mode: 'hold' as const, result: is },
  ...{ expected: '', found: '', meaning: '' },
});

describe('the hints of a drill', () => {
  it('are offered step by step, for each task, and hide their texts', () => {
    expect(boardOf(scenario, {})).toEqual({
      hints: [
        { id: 'drain-1', task: 'drain', cost: 1, state: 'offered' },
        { id: 'other-1', task: 'other', cost: 3, state: 'offered' },
      ],
      more: 3,
      spent: 0,
      gaveUp: false,
    });
    const board = boardOf(scenario, { 'hint:drain-1': 5 });
    expect(board.hints.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'drain-1 taken',
      'drain-2 offered',
      'other-1 offered',
    ]);
    expect([board.hints[0]?.text, board.spent]).toEqual(['first', 1]);
  });

  it('that were taken come first, in the order of taking', () => {
    const { hints } = boardOf(scenario, { 'hint:drain-1': 9, 'hint:other-1': 5 });
    expect(hints.map(({ id }) => id)).toEqual(['other-1', 'drain-1', 'drain-2']);
  });

  it('appear by what the cluster shows, once and for good; a free one is simply there', () => {
    expect(checksToHintBy(scenario, {})).toEqual(['floor', 'gate']);
    expect(hintsThatAppear(scenario, {}, [result('floor', 'passed'), result('gate', 'failed')])).toEqual([]);
    const seen = hintsThatAppear(scenario, {}, [result('floor', 'failed'), result('gate', 'passed')]);
    expect(seen).toEqual(['hint-seen:drain-3', 'hint-seen:drain-4']);
    const happened = Object.fromEntries(seen.map((key) => [key, 1]));
    expect(checksToHintBy(scenario, happened)).toEqual([]);
    expect(boardOf(scenario, happened).hints).toContainEqual({
      ...{ id: 'drain-3', task: 'drain', cost: 1, state: 'offered', because: 'floor' },
    });
    expect(boardOf(scenario, happened).hints).toContainEqual({
      ...{ id: 'drain-4', task: 'drain', cost: 0, state: 'taken', text: 'free', because: 'gate' },
    });
  });

  it('are refused when they are not offered, naming those that are', () => {
    const board = boardOf(scenario, {});
    expect(keyOfOffered(board, 'drain-1')).toBe('hint:drain-1');
    expect(() => keyOfOffered(board, 'drain-2')).toThrow('there are: drain-1, other-1');
    expect(() => keyOfOffered(boardOf({ tasks: [] }, {}), 'x')).toThrow('none is');
  });

  it('know whether the solution was seen before its time', () => {
    expect(boardOf(scenario, { [gaveUpKey]: 1 }).gaveUp).toBe(true);
  });
});
