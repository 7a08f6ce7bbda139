import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandFailed, mustSucceed, pasteable, systemExec } from '../../../engine/system/exec.ts';

const run = systemExec.run;

describe('systemExec with real processes', () => {
  test('gives both streams as they were printed, and the exit code', async () => {
    const result = await run(['sh', '-c', 'printf "a\\n\\n"; printf "b" >&2; exit 7']);
    expect(result).toMatchObject({ exitCode: 7, stdout: 'a\n\n', stderr: 'b', timedOut: false });
  });

  test('passes input, environment and folder on', async () => {
    const result = await run(['sh', '-c', 'cat; printf "%s %s" "$WORD" "$PWD"'], {
      input: 'in ',
      env: { WORD: 'said' },
      cwd: '/',
    });
    expect(result.stdout).toBe('in said /');
  });

  test('does not hand on its own standard input', async () => {
    expect(await run(['cat'])).toMatchObject({ exitCode: 0, stdout: '' });
  });

  test('uses no shell: words stay words', async () => {
    const words = ['$HOME', '; exit 3', '`id`', '*', '', "it's", 'a\nb'];
    const result = await run(['node', '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...words]);
    expect(JSON.parse(result.stdout)).toEqual(words);
  });

  test('says which program is missing', async () => {
    await expect(run(['no-such-program-here', 'x'])).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      message: 'the program "no-such-program-here" was not found',
    });
  });

  test('ends a program that takes too long and says so', async () => {
    const result = await run(['sleep', '600'], { timeoutMs: 50 });
    expect(result).toMatchObject({ exitCode: 124, timedOut: true });
    expect(commandFailed(result).message).toBe('sleep 600\ndid not end in time');
  });

  test('reports a program that a signal ended as something else than success', async () => {
    const result = await run(['sh', '-c', 'kill -9 $$']);
    expect(result.exitCode).not.toBe(0);
    expect(result.timedOut).toBe(false);
  });

  test('ends the program and throws INTERRUPTED when the signal fires', async () => {
    const abort = new AbortController();
    const running = run(['sh', '-c', 'echo begun; exec sleep 600'], {
      signal: abort.signal,
      onLine: () => abort.abort(new Error('Ctrl-C')),
    });
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
  });

  test('throws INTERRUPTED when the signal has fired before', async () => {
    await expect(run(['true'], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  test('hands over lines of both streams, also one in pieces, one that is empty and a last one without newline', async () => {
    const lines: string[] = [];
    const script = 'printf "on"; sleep 0.05; printf "e\\n\\ntwo\\nthree"; printf "warning\\n" >&2';
    const result = await run(['sh', '-c', script], { onLine: (line) => lines.push(line) });
    expect(lines.toSorted()).toEqual(['', 'one', 'three', 'two', 'warning']);
    expect(lines.filter((line) => line !== 'warning')).toEqual(['one', '', 'two', 'three']);
    expect(result.stdout).toBe('one\n\ntwo\nthree');
  });

  test('keeps a character that arrives in two pieces whole', async () => {
    const lines: string[] = [];
    const script =
      'process.stdout.write(Buffer.from([0xc3])); setTimeout(() => process.stdout.write(Buffer.from([0xa9, 10])), 50)';
    await run(['node', '-e', script], { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['é']);
  });

  test('keeps no more output than it was told', async () => {
    const result = await run(['sh', '-c', 'head -c 100000 /dev/zero | tr "\\0" x'], { maxOutputBytes: 1_000 });
    expect(result.stdout.length).toBeLessThanOrEqual(1_000);
    expect(result.exitCode).not.toBe(0);
  });

  test('refuses an empty command', async () => {
    await expect(run([])).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('mustSucceed', () => {
  test('returns the result of a program that ends with 0', async () => {
    expect((await mustSucceed(systemExec, ['echo', 'yes'])).stdout).toBe('yes\n');
  });

  test('throws the command as it can be pasted, how it ended and the last lines it printed', async () => {
    const script = 'for i in $(seq 1 20); do echo "line $i" >&2; done; exit 2';
    const failure = mustSucceed(systemExec, ['sh', '-c', script]);
    await expect(failure).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    const message = await failure.catch((error: Error) => error.message);
    expect(message).toContain(`${pasteable(['sh', '-c', script])}\nended with exit code 2:\nline 9\n`);
    expect(message).toMatch(/line 20$/);
    expect(message).not.toContain('line 8\n');
  });

  test('shows standard output where standard error is empty', async () => {
    await expect(mustSucceed(systemExec, ['sh', '-c', 'echo why; exit 1'])).rejects.toThrow(/:\nwhy$/);
  });
});

describe('pasteable', () => {
  test('leaves plain words alone and quotes the others', () => {
    expect(pasteable(['docker', 'ps', '--filter', 'label=a=b', "it's", ''])).toBe(
      `docker ps --filter label=a=b 'it'\\''s' ''`,
    );
  });

  test('is read back by a shell as the same words', async () => {
    const word = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.string({ unit: fc.constantFrom(...`'"\\$\`!*?[]{}()<>|&;#~ \t\n=%-`), maxLength: 12 }),
    );
    const words = word.filter((text) => !text.includes('\0') && text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(fc.array(words, { minLength: 1, maxLength: 6 }), async (argv) => {
        const result = await run(['sh', '-c', `printf '%s\\0' ${pasteable(argv)}`]);
        expect(result.stdout.split('\0').slice(0, -1)).toEqual(argv);
      }),
      { numRuns: 60 },
    );
  });
});
