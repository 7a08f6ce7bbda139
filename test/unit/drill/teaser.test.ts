import { expect, test } from 'vitest';
import { teaserOf } from '../../../engine/drill/teaser.ts';
import type { Scenario } from '../../../engine/scenario/scenario.ts';

const teaser = (text: string, versions: Scenario['versions'] = { from: '1.34', to: '1.35' }) =>
  teaserOf({ tasks: [{ id: 'one' } as Scenario['tasks'][number]], texts: { one: text }, versions });

test('the first paragraph below the headings, without markup', () => {
  expect(teaser('# Title\n\n## Do it\n\nNode `w_1` is **down**.\nMend it.\n\nMore.')).toBe(
    'Node w_1 is down. Mend it.',
  );
});

test('a sentence that a list goes on with is left out', () => {
  expect(teaser('Node w1 is NotReady. Repair it, so that\n\n- it is Ready')).toBe('Node w1 is NotReady.');
  expect(teaser('Repair it, so that')).toBe('Repair it, so that');
});

test('a dot within a word ends no sentence, and patch releases are told as their minors', () => {
  expect(teaser('It runs ${FROM_VERSION}. Make it ${TO_VERSION}: all of it')).toBe('It runs 1.34.');
  expect(teaser('See /opt/wiki/join.txt there.')).toBe('See /opt/wiki/join.txt there.');
});
