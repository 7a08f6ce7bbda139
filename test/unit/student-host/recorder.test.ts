import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseCast } from '../../../engine/debrief/cast.ts';
import { commandsOf } from '../../../engine/debrief/commands.ts';
import { encodeResize } from '../../../engine/providers/kind/terminal-frames.ts';
import type { Recording } from '../../../engine/providers/provider.ts';
import { installationRoot } from '../../../engine/system/paths.ts';
import { type HolderClient, type HolderProcess, startHolder } from './holder-process.ts';

const studentHost = join(installationRoot(), 'clusters', 'student-host');

let holder: HolderProcess;
beforeEach(async () => {
  holder = await startHolder();
  // As /etc/bash.bashrc does on the student host.
  appendFileSync(join(holder.home, '.bash_profile'), `. ${studentHost}/files/etc/kubewright/marks.sh\n`);
});
afterEach(async () => {
  await holder.stop();
});

/** What the engine reads. */
function recordings(): Recording[] {
  const env = { ...process.env, KUBEWRIGHT_HOLDER_SOCKET: join(holder.home, '..', 'run', 'holder.sock') };
  const printed = execFileSync('python3', ['-I', '-S', join(studentHost, 'recorder.py'), 'print'], {
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recording);
}
const shownBy = (recording: Recording | undefined) =>
  (parseCast(recording?.cast ?? '')?.events ?? []).map(({ code, data }) => (code === 'o' ? data : '')).join('');
/** The first recording, as soon as it shows this: what comes in a flood is written a moment later. */
async function recordingThatShows(pattern: RegExp): Promise<Recording | undefined> {
  return vi.waitUntil(() => recordings().find((recording) => pattern.test(shownBy(recording))), {
    timeout: 20_000,
    interval: 50,
  });
}
/** Waits until so many prompts have come, by their marks. */
const prompts = (client: HolderClient, count: number) =>
  client.until(() => client.text.split('\u001b]133;D;').length > count);
const whole = { zero: 0, from: 0, until: Number.MAX_SAFE_INTEGER };

describe('the recording of a terminal', () => {
  it('is an asciicast v2 of everything shown, at the time of the wall clock', async () => {
    const before = Date.now();
    const client = holder.attach('student-1', { cols: 90, rows: 30 });
    client.type('echo "héllo 中"\n');
    await prompts(client, 2);
    client.send(encodeResize(120, 40));
    client.type('echo last\n');
    await prompts(client, 3);
    const [recording] = recordings();
    expect(recording).toMatchObject({ terminal: 'student-1', on: 'student' });
    const header = JSON.parse(recording?.cast.split('\n', 1)[0] ?? '') as Record<string, unknown>;
    expect(header).toMatchObject({ version: 2, width: 90, height: 30 });
    expect(shownBy(recording)).toContain('héllo 中');
    const events = parseCast(recording?.cast ?? '')?.events ?? [];
    expect(events.filter(({ code }) => code === 'r').map(({ data }) => data)).toContain('120x40');
    for (const { at } of events) {
      expect(at).toBeGreaterThanOrEqual(before - 1);
      expect(at).toBeLessThanOrEqual(Date.now() + 1);
    }
  });

  it('tells the lines that were run, where, how long, and with which exit code', async () => {
    const client = holder.attach('student-1');
    const lines = [
      'false; echo "one; two\\n" | tr -d x',
      '(exit 7)',
      'for i in 1 2; do\n echo "loop $i"\ndone',
      '',
      'bash --rcfile ~/.bash_profile',
      'echo inside',
      'exit 3',
      'echo outside',
    ];
    for (const [index, line] of lines.entries()) {
      await prompts(client, index + 1);
      client.type(`${line}\n`);
    }
    await prompts(client, lines.length + 1);
    client.type('sleep 987\n');
    await client.until(() => client.text.includes(']633;E;sleep 987'));
    const [recording] = recordings();
    if (recording === undefined) throw new Error('nothing was recorded');
    const commands = commandsOf(recording, whole);
    expect(commands.map(({ text, exit }) => [text, exit])).toEqual([
      ['false; echo "one; two\\n" | tr -d x', 0],
      ['(exit 7)', 7],
      ['for i in 1 2; do  echo "loop $i"; done', 0],
      ['bash --rcfile ~/.bash_profile', 3],
      ['echo inside', 0],
      // The shell ended with it: no prompt told its exit code.
      ['exit 3', undefined],
      ['echo outside', 0],
      ['sleep 987', undefined],
    ]);
    expect(commands.filter(({ at, end }) => end !== undefined && end < at)).toEqual([]);
    expect(new Set(commands.map(({ machine }) => machine)).size).toBe(1);
    client.type('\u0003');
  });

  it('stays small in a flood, and goes on after it', async () => {
    const client = holder.attach('a');
    client.type('head -c 8000000 /dev/zero | tr "\\0" x; echo flood""-over\n');
    await client.until(() => client.tail.includes('flood-over') && client.tail.includes(']133;A'));
    client.type('echo after""wards\n');
    await client.until(() => /afterwards[^]*\]133;A/.test(client.tail));
    const recording = await recordingThatShows(/afterwards[^]*\]133;A/);
    expect(recording?.cast.length).toBeLessThan(2_500_000);
    expect(shownBy(recording)).toMatch(/\d+ bytes were not recorded/);
    expect(shownBy(recording)).toContain('flood-over');
    expect(shownBy(recording)).toContain('afterwards');
    if (recording === undefined) throw new Error('nothing was recorded');
    expect(commandsOf(recording, whole).map(({ exit }) => exit)).toEqual([0, 0]);
  });

  it('keeps the last words of a flood in small pieces, although nothing comes after them', async () => {
    const client = holder.attach('a');
    client.type(
      'head -c 300000 /dev/zero | tr "\\0" x; for size in 900 50; do for i in {1..60}; do printf %${size}s .; sleep 0.001; done; done; printf %60s last""words\n',
    );
    await client.until(() => client.tail.includes('lastwords') && client.tail.includes(']133;A'));
    const recording = await recordingThatShows(/lastwords[^]*\]133;A/);
    expect(shownBy(recording)).toMatch(/\d+ bytes were not recorded/);
    expect(shownBy(recording)).toContain('lastwords');
  });

  it('marks the end of a shell and goes on with the next one', async () => {
    const first = holder.attach('a');
    first.type('exit 5\n');
    await first.untilFrame('exit');
    const second = holder.attach('a', { from: first.received ?? 0 });
    second.type('echo the"" next\n');
    await second.untilText('the next');
    const read = recordings();
    expect(read.map(({ terminal }) => terminal)).toEqual(['a']);
    const marks = parseCast(read[0]?.cast ?? '')?.events.filter(({ code }) => code === 'm');
    expect(marks?.map(({ data }) => data)).toEqual(['the shell ended with 5']);
    expect(shownBy(read[0])).toContain('the next');
  });
});
