import { describe, expect, it } from 'vitest';
import { add, close, firstShells, keyOf, restore, select, toggleSplit } from '../../../web/client/shell-list.ts';

const machines = ['student', 'w1'];
const first = firstShells(machines);
const keys = (list: typeof first) => list.shells.map(keyOf);

describe('the tabs of the shells', () => {
  it('are one a machine at first, and get more on a machine up to nine', () => {
    expect([keys(first), first.shown]).toEqual([['student-1', 'w1-1'], ['student-1']]);
    const two = add(first, 'student');
    expect([keys(two), two.shown, two.current]).toEqual([
      ['student-1', 'student-2', 'w1-1'],
      ['student-2'],
      'student-2',
    ]);
    let list = first;
    for (let count = 0; count < 20; count += 1) list = add(list, 'w1');
    expect(list.shells).toHaveLength(10);
  });

  it('take the place of the current one when they are chosen, or only get the keys', () => {
    const split = toggleSplit(select(first, 'w1-1'));
    expect([split.shown, split.current]).toEqual([['w1-1', 'w1-2'], 'w1-2']);
    expect(select(split, 'w1-1')).toMatchObject({ shown: ['w1-1', 'w1-2'], current: 'w1-1' });
    expect(select(split, 'student-1')).toMatchObject({ shown: ['w1-1', 'student-1'], current: 'student-1' });
    expect(select(split, 'nowhere-1')).toBe(split);
    expect(toggleSplit(split)).toMatchObject({ shown: ['w1-2'], current: 'w1-2' });
  });

  it('split with a further shell that is not shown, or with a new one', () => {
    const list = select(add(first, 'student'), 'w1-1');
    expect(toggleSplit(list).shown).toEqual(['w1-1', 'student-2']);
    expect(keys(toggleSplit(first))).toEqual(['student-1', 'student-2', 'w1-1']);
  });

  it('close, but for the first of a machine', () => {
    expect(close(first, 'w1-1')).toBe(first);
    const two = add(first, 'student');
    expect(close(two, 'student-2')).toMatchObject({ shown: ['student-1'], current: 'student-1' });
    const split = toggleSplit(first);
    expect(close(split, 'student-2')).toMatchObject({ shown: ['student-1'], current: 'student-1' });
  });

  it('are found again after a reload, without what is not of these machines', () => {
    const split = toggleSplit(first);
    expect(restore(JSON.stringify(split), machines)).toEqual(split);
    expect(restore(JSON.stringify(split), ['w1'])).toEqual(firstShells(['w1']));
    for (const kept of [null, '', '{}', '[]', '{"shells":[{"machine":"w1","tab":99}],"shown":["w1-99"]}']) {
      expect(restore(kept, machines)).toEqual(first);
    }
  });
});
