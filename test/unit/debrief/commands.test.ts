import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseCast } from '../../../engine/debrief/cast.ts';
import { commandsOf } from '../../../engine/debrief/commands.ts';
import { traceCommands } from '../../../engine/debrief/procedure-trace.ts';
import { traced, traceFile } from '../../../engine/drill/traced.ts';

const zero = 1_700_000_000_000;
const frame = { zero, from: zero, until: zero + 600_000 };
const castOf = (...events: readonly [number, string][]) =>
  [
    JSON.stringify({ version: 2, width: 80, height: 24, timestamp: zero / 1000, title: 'student' }),
    ...events.map(([seconds, data]) => JSON.stringify([seconds, 'o', data])),
  ].join('\n');
const begin = (line: string, aid = 'student:1') => `\u001b]633;E;${line}\u0007\u001b]133;C;aid=${aid}\u0007`;
const end = (exit: number, aid = 'student:1') => `\u001b]133;D;${exit};aid=${aid}\u0007\u001b]133;A;aid=${aid}\u0007`;
const read = (...events: readonly [number, string][]) =>
  commandsOf({ terminal: 'student-1', on: 'student', cast: castOf(...events) }, frame);

describe('commands of a recording', () => {
  test('are told at the second they were run, on the machine they ran on', () => {
    expect(
      read(
        [1, end(0)],
        [5, begin('ssh w1')],
        [7, begin('sudo reboot', 'w1:9')],
        [9, end(255)],
        [12, begin('kubectl get no')],
        [13.25, end(1)],
      ),
    ).toEqual([
      { at: 5_000, end: 9_000, exit: 255, text: 'ssh w1', machine: 'student', terminal: 'student-1' },
      { at: 7_000, text: 'sudo reboot', machine: 'w1', terminal: 'student-1' },
      { at: 12_000, end: 13_250, exit: 1, text: 'kubectl get no', machine: 'student', terminal: 'student-1' },
    ]);
  });

  test('survive a mark that is cut in two, and marks that mean nothing', () => {
    const whole = `noise ${begin('echo a\\x3b b \\\\ c')} more`;
    expect(
      read([1, whole.slice(0, 14)], [2, whole.slice(14)], [3, '\u001b]0;a title\u0007'], [4, end(0)]),
    ).toMatchObject([{ at: 2_000, end: 4_000, text: 'echo a; b \\ c' }]);
    expect(read([1, '\u001b]133;C;aid=x:1\u0007'], [2, '\u001b]633;E;\u0007\u001b]133;C;aid=x:1\u0007'])).toEqual([]);
  });

  test('a recording whose last line is torn is read up to there', () => {
    const cast = `${castOf([1, begin('ls')])}\n[2.0,"o","\\u001b]13`;
    expect(commandsOf({ terminal: 'a', on: 'student', cast }, frame)).toHaveLength(1);
    expect(parseCast('not a recording')).toBeUndefined();
  });
});

describe('the trace of a procedure', () => {
  /** Runs it as the student host does, with the trace elsewhere. */
  const run = (script: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'kubewright-trace-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'trace');
    const output = execFileSync('bash', ['-c', traced(script).replace(traceFile, file), 'procedure'], {
      encoding: 'utf8',
      env: { ...process.env, LANG: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { output, trace: readFileSync(file, 'utf8') };
  };

  test('tells its commands and changes nothing of what it prints', () => {
    const before = Date.now();
    const { output, trace } = run(
      [
        '#!/bin/bash',
        'set -euo pipefail',
        'name="$(echo inner; ls /nonexistent 2>&1 || true)"',
        'echo "got $name" 2>&1',
        'for i in 1 2 3; do echo waiting; sleep 0; done',
        'cat <<EOF',
        'text',
        'EOF',
        'printf "%s\\n" "two',
        'lines"',
      ].join('\n'),
    );
    expect(output).toMatch(/^got inner\nls: [^\n]*\nwaiting\nwaiting\nwaiting\ntext\ntwo\nlines\n$/);
    const commands = traceCommands(trace, { zero: before, from: before, until: before + 60_000 }, Date.now());
    expect(commands.map(({ text }) => text.split('\n', 1)[0])).toEqual([
      "echo 'got inner",
      'echo waiting',
      'sleep 0',
      'cat',
      "printf '%s\\n' 'two",
    ]);
    for (const { at, end: ended, machine } of commands) {
      expect(at).toBeGreaterThanOrEqual(-1);
      expect(ended).toBeGreaterThanOrEqual(at);
      expect(machine).toBe('student');
    }
  });
});
