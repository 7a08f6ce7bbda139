import { expect, test } from 'vitest';
import { judgeApi } from '../../../engine/checks/api-available.ts';
import { drill, witnessed } from './record-builder.ts';

const spec = { availability: '90%', longestGap: '5s' };
const judge = (answered: (second: number) => boolean) => judgeApi(witnessed(60, [], { answered }), drill(60), spec);

test('a request that got lost is borne', () => {
  expect(judge(() => true)).toMatchObject({ result: 'passed', found: '30 of 30 requests answered' });
  expect(judge((second) => second !== 21).result).toBe('passed');
});

test('a break is seen, also one that has not ended', () => {
  const found = 'the API did not answer for 6.0 s from 14:00:19 UTC (19 s into the drill)';
  expect(judge((second) => second < 21 || second > 23)).toMatchObject({ result: 'failed', found });
  expect(judge((second) => second < 41)).toMatchObject({ result: 'failed' });
});

test('many short breaks are too many', () => {
  expect(judge((second) => second % 8 !== 1)).toMatchObject({
    result: 'failed',
    found: expect.stringMatching(/^2\d of 30 requests answered; not at /) as string,
  });
});

test('while the witness did not run nothing is known', () => {
  const timeline = witnessed(60, [], { ticking: (second) => second < 20 || second > 30 });
  expect(judgeApi(timeline, drill(60), spec).result).toBe('errored');
});
