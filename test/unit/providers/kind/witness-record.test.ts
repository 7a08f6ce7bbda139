import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWitnessRecord } from '../../../../engine/providers/kind/witness-record.ts';
import { type ExecResult, systemExec } from '../../../../engine/system/exec.ts';

let folder: string;
let journal: string;
let printed: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'witness-record-'));
  journal = join(folder, 'journal.jsonl');
  printed = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The real script on a file of this machine. */
const open = () =>
  createWitnessRecord(async (argv, options) => {
    const result = await systemExec.run(argv, options);
    printed.push(result.stdout.slice(result.stdout.indexOf('\n') + 1));
    return result;
  }, journal);
const tick = (at: number) => ({ at, kind: 'tick' });
const line = (at: number) => `${JSON.stringify(tick(at))}\n`;

describe("the witness's record", () => {
  test('is read on from where the last question ended', async () => {
    writeFileSync(journal, line(1) + line(2));
    const record = open();
    expect(await record.timeline()).toEqual([tick(1), tick(2)]);
    expect(await record.timeline()).toEqual([tick(1), tick(2)]);
    appendFileSync(journal, line(3));
    expect(await record.timeline()).toEqual([tick(1), tick(2), tick(3)]);
    expect(printed).toEqual([line(1) + line(2), '', line(3)]);
  });

  test('is counted in bytes, also where characters have several', async () => {
    const event = { at: 1, kind: 'traffic', service: 'shop/wéb', node: 'cp1', sent: 5, ok: 4, lastError: '𝄞 ü' };
    writeFileSync(journal, `${JSON.stringify(event)}\n`);
    const record = open();
    await record.timeline();
    appendFileSync(journal, line(2));
    expect(await record.timeline()).toEqual([event, tick(2)]);
    expect(printed[1]).toBe(line(2));
  });

  test('has a line only when it is whole, and then once', async () => {
    writeFileSync(journal, line(1) + line(2).slice(0, 9));
    const record = open();
    expect(await record.timeline()).toEqual([tick(1)]);
    appendFileSync(journal, line(2).slice(9) + line(3).slice(0, 4));
    expect(await record.timeline()).toEqual([tick(1), tick(2)]);
    // A witness that starts again drops what it had not ended.
    truncateSync(journal, Buffer.byteLength(line(1) + line(2)));
    appendFileSync(journal, line(4));
    expect(await record.timeline()).toEqual([tick(1), tick(2), tick(4)]);
  });

  test('begins anew with a journal that is another one, or shorter', async () => {
    writeFileSync(journal, line(1) + line(2));
    const record = open();
    await record.timeline();
    rmSync(journal);
    writeFileSync(journal, line(5) + line(6) + line(7));
    expect(await record.timeline()).toEqual([tick(5), tick(6), tick(7)]);
    truncateSync(journal, 0);
    appendFileSync(journal, line(8));
    expect(await record.timeline()).toEqual([tick(8)]);
  });

  test('is not changed in the hands of whoever has it', async () => {
    writeFileSync(journal, line(1));
    const record = open();
    const earlier = await record.timeline();
    appendFileSync(journal, line(2));
    await record.timeline();
    expect(earlier).toEqual([tick(1)]);
  });

  test('answers each of many that ask at once with all that was there then', async () => {
    writeFileSync(journal, line(1));
    const record = open();
    const first = record.timeline();
    appendFileSync(journal, line(2));
    const [, second, third] = await Promise.all([first, record.timeline(), record.timeline()]);
    expect(second).toEqual([tick(1), tick(2)]);
    expect(third).toEqual([tick(1), tick(2)]);
  });

  test('is an error where a line is damaged, where there is none and where it could not be read whole', async () => {
    const record = open();
    await expect(record.timeline()).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    writeFileSync(journal, `${line(1)}{"at":2,"ki\n${line(3)}`);
    await expect(record.timeline()).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    await expect(record.timeline()).rejects.toThrow("the witness's record is damaged");
    // A failure is not remembered.
    writeFileSync(journal, line(1));
    expect(await record.timeline()).toEqual([tick(1)]);

    const cutOff: ExecResult = { exitCode: 128, stdout: 'x 0\n', stderr: '', timedOut: false, command: 'sh' };
    await expect(createWitnessRecord(async () => cutOff).timeline()).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });
});
