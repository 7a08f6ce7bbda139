import { describe, expect, test } from 'vitest';
import { type ErrorCode, errorCatalogue, isKubewrightError, KubewrightError } from '../../../engine/domain/errors.ts';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

describe('the catalogue of errors', () => {
  test.each(codes)('%s has a remedy that is a sentence and an exit code of the contract', (code) => {
    const { exit, remedy } = errorCatalogue[code];
    expect([2, 3, 4, 130]).toContain(exit);
    expect(remedy).toMatch(/^[A-Z].*\.$/s);
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  });

  test('keeps 130 for an interruption', () => {
    expect(codes.filter((code) => errorCatalogue[code].exit === 130)).toEqual(['INTERRUPTED']);
  });

  test('names only commands that are in the command line contract', () => {
    const known = ['list', 'lint', 'sessions', 'stop', 'doctor', 'images', 'clean', 'reset'];
    const named = codes.flatMap((code) =>
      [...errorCatalogue[code].remedy.matchAll(/"kubewright (\w+)/g)].map((match) => match[1]),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !known.includes(name ?? ''))).toEqual([]);
  });
});

describe('an error for the user', () => {
  test('carries what happened, what to do and how the command ends', () => {
    const cause = new Error('below');
    const error = new KubewrightError('PORT_TAKEN', 'port 7080 is taken', { cause });
    expect(error).toMatchObject({ name: 'KubewrightError', code: 'PORT_TAKEN', exitCode: 3, cause });
    expect(error.remedy).toBe(errorCatalogue.PORT_TAKEN.remedy);
    expect(isKubewrightError(error)).toBe(true);
  });

  test('takes a better remedy from the place of failure, never another exit code', () => {
    const error = new KubewrightError('LEAK', 'a network is left', { remedy: 'Do this.' });
    expect(error).toMatchObject({ remedy: 'Do this.', exitCode: errorCatalogue.LEAK.exit });
  });

  test('is told from any other error', () => {
    for (const other of [new Error('x'), { code: 'LEAK' }, undefined, 'LEAK'])
      expect(isKubewrightError(other)).toBe(false);
  });
});
