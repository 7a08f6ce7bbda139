import { describe, expect, test } from 'vitest';
import { fileSaysCheck, missingStatements } from '../../../engine/checks/file-says.ts';
import { contextOf, FakeKube, FakeMachine } from './fake-context.ts';

const etcd = { about: 'etcd', words: ['etcd', '3.6.5-0', '3.6.6-0'] };

describe('a statement', () => {
  test.each([
    ['etcd: 3.6.5-0 -> 3.6.6-0', true],
    ['etcd 3.6.5-0->3.6.6-0.', true],
    ['ETCD      cp1       3.6.5-0    3.6.6-0', true],
    ['etcd: v3.6.5-0, v3.6.6-0', true],
    ['etcd: 3.6.6-0 -> 3.6.5-0', false],
    ['etcd: 3.6.5-0 -> 3.6.6-01', false],
    ['etcd: 13.6.5-0 -> 3.6.6-0', false],
    ['etcd: 3.6.5 -> 3.6.6', false],
    ['etcd:\n3.6.5-0 3.6.6-0', false],
    ['metcd 3.6.5-0 3.6.6-0', false],
    ['', false],
  ])('%j says it: %s', (text, says) => {
    expect(missingStatements(text, [etcd])).toEqual(says ? [] : ['etcd']);
  });

  test('a word that is asked for twice has to be there twice', () => {
    const twice = { about: 'twice', words: ['a', 'a'] };
    expect(missingStatements('a b', [twice])).toEqual(['twice']);
    expect(missingStatements('a b a', [twice])).toEqual([]);
  });

  test('a long line of separators is read in no time', () => {
    const startedAt = performance.now();
    missingStatements(`a${'.-_'.repeat(20_000)}`, [etcd]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('file-says', () => {
  const look = (text: string | undefined) =>
    fileSaysCheck.evaluate(
      contextOf(
        new FakeKube({}),
        new FakeMachine('cp1', { files: text === undefined ? {} : { '/opt/report.txt': text } }),
      ),
      { on: 'cp1', path: '/opt/report.txt', says: [etcd, { about: 'the target', words: ['target', '1.35.4'] }] },
      'assert',
    );

  test('passes when every statement is there', async () => {
    expect((await look('target: v1.35.4\netcd: 3.6.5-0 3.6.6-0\n')).result).toBe('passed');
  });

  test('names what is missing and never the words', async () => {
    const finding = await look('etcd: 3.6.5-0 3.6.6-0\n');
    expect(finding).toMatchObject({
      result: 'failed',
      found: '/opt/report.txt on cp1 does not say, or not rightly: the target',
    });
    expect(JSON.stringify(await look(''))).not.toContain('3.6.');
  });

  test('a file that is missing or no report fails', async () => {
    expect((await look(undefined)).result).toBe('failed');
    expect((await look(`target 1.35.4\netcd 3.6.5-0 3.6.6-0\n${'x'.repeat(70_000)}`)).result).toBe('failed');
  });
});
