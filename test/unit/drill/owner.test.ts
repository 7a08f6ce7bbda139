import { describe, expect, test } from 'vitest';
import { isAlive, ownProcess } from '../../../engine/drill/owner.ts';
import { systemExec } from '../../../engine/system/exec.ts';

/** Beyond the largest pid a kernel gives out (2^22). */
const noPid = 2 ** 30;

describe('the owner of a session', () => {
  test('is alive while its process runs', () => {
    expect(ownProcess()).toMatch(/^\d+:\d+$/);
    expect(isAlive(ownProcess())).toBe(true);
    expect(isAlive(ownProcess(process.ppid))).toBe(true);
  });

  test('is dead when its process has ended', async () => {
    // The shell prints its own pid and start time (fields 1 and 22 of its stat), and ends.
    const { stdout } = await systemExec.run([
      'sh',
      '-c',
      'read -r stat < /proc/$$/stat; set -- $stat; echo "$1:${22}"',
    ]);
    expect(stdout.trim()).toMatch(/^\d+:\d+$/);
    expect(isAlive(stdout.trim())).toBe(false);
  });

  test('is dead when its pid belongs to another process now', () => {
    const [pid, started] = ownProcess().split(':');
    expect(isAlive(`${pid}:${Number(started) + 1}`)).toBe(false);
  });

  test('is known by its pid alone where there is no start time', () => {
    expect(isAlive(`${process.pid}:`)).toBe(true);
    expect(isAlive(`${noPid}:`)).toBe(false);
  });

  test.each([
    undefined,
    '',
    ':',
    ':123',
    'abc:1',
    '-1:5',
    '1.5:2',
    ' 1:1',
  ])('is nobody when the record says %j', (owner) => {
    expect(isAlive(owner)).toBe(false);
  });

  test('without a process has no start time', () => {
    expect(ownProcess(noPid)).toBe(`${noPid}:`);
  });
});
