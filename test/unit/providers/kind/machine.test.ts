import { describe, expect, test } from 'vitest';
import type { ChannelOutcome, ChannelRunOptions } from '../../../../engine/providers/kind/channel.ts';
import type { ChannelCommand } from '../../../../engine/providers/kind/channel-frames.ts';
import { createMachine } from '../../../../engine/providers/kind/machine.ts';
import { createPower } from '../../../../engine/providers/kind/power.ts';
import type { Exec, ExecOptions, ExecResult } from '../../../../engine/system/exec.ts';

function setUp(answer: Partial<ExecResult> = {}, role: 'worker' | 'student' = 'worker') {
  const ran: { argv: readonly string[]; options: ExecOptions }[] = [];
  const exec: Exec = {
    run: async (argv, options = {}) => {
      ran.push({ argv, options });
      return { exitCode: 0, stdout: '', stderr: '', timedOut: false, command: argv.join(' '), ...answer };
    },
  };
  const name = role === 'student' ? 'student' : 'w1';
  const power = createPower(exec, 'box', async () => {});
  return { machine: createMachine(exec, { name, role, address: '10.210.0.4', container: 'box', power }), ran };
}

const mark = ['--env', expect.stringMatching(/^KUBEWRIGHT_RUN=[0-9a-f-]{36}$/) as string];
const asRoot = ['--user', 'root', '--env', 'HOME=/root', '--workdir', '/root'];

describe('a command on a machine', () => {
  test('runs as root on a node, with a timeout inside the machine and a later one outside', async () => {
    const { machine, ran } = setUp();
    await machine.exec(['systemctl', 'is-active', 'kubelet'], { timeoutMs: 1_500 });
    expect(ran).toEqual([
      {
        argv: [
          'docker',
          'exec',
          ...asRoot,
          ...mark,
          'box',
          'timeout',
          '--kill-after=5',
          '2',
          'systemctl',
          'is-active',
          'kubelet',
        ],
        options: { timeoutMs: 11_500 },
      },
    ]);
  });

  test('runs as the learner on the student host, and as whom one says', async () => {
    const student = setUp({}, 'student');
    await student.machine.exec(['id']);
    expect(student.ran[0]?.argv.slice(2, 8)).toEqual([
      '--user',
      'student',
      '--env',
      'HOME=/home/student',
      '--workdir',
      '/home/student',
    ]);
    await student.machine.exec(['id'], { user: 'root' });
    expect(student.ran[1]?.argv.slice(2, 8)).toEqual(asRoot);
  });

  test('has half a minute when nothing is said', async () => {
    const { machine, ran } = setUp();
    await machine.exec(['true']);
    expect(ran[0]?.argv).toContain('30');
    expect(ran[0]?.options.timeoutMs).toBe(40_000);
  });

  test('hands words on as words: no shell sees them', async () => {
    const { machine, ran } = setUp();
    const words = ['echo', '$HOME; rm -rf /', '`id`', "it's", ''];
    await machine.exec(words);
    expect(ran[0]?.argv.slice(-words.length)).toEqual(words);
  });

  test('gets variables one by one, and its input with an open standard input', async () => {
    const { machine, ran } = setUp();
    await machine.exec(['cat'], { env: { A: '1 2', B: '$A' }, input: 'text' });
    expect(ran[0]?.argv).toEqual([
      'docker',
      'exec',
      '--interactive',
      ...asRoot,
      '--env',
      'A=1 2',
      '--env',
      'B=$A',
      ...mark,
      'box',
      ...['timeout', '--kill-after=5', '30', 'cat'],
    ]);
    expect(ran[0]?.options).toEqual({ input: 'text', timeoutMs: 40_000 });
  });

  test('passes signal and onLine on', async () => {
    const { machine, ran } = setUp();
    const { signal } = new AbortController();
    const onLine = () => {};
    await machine.exec(['true'], { signal, onLine });
    expect(ran[0]?.options).toEqual({ signal, onLine, timeoutMs: 40_000 });
  });

  test.each([
    [124, true],
    [137, true],
    [1, false],
    [0, false],
  ])('that ends with %i has timed out: %j', async (exitCode, timedOut) => {
    const { machine } = setUp({ exitCode });
    expect(await machine.exec(['sleep', '60'])).toMatchObject({ exitCode, timedOut });
  });

  test('that did not end in time is ended with everything it has started, by a mark that those carry', async () => {
    const { machine, ran } = setUp({ exitCode: 124 });
    await machine.exec(['setsid', 'forever']);
    const given = ran[0]?.argv.find((word) => word.startsWith('KUBEWRIGHT_RUN='));
    expect(ran).toHaveLength(2);
    expect(ran[1]?.argv.slice(0, 7)).toEqual(['docker', 'exec', '--user', 'root', 'box', 'sh', '-c']);
    expect(ran[1]?.argv.at(-1)).toBe(given);
    expect(ran[1]?.options.timeoutMs).toBeGreaterThan(0);
  });

  test('that is cancelled is ended on the machine, too', async () => {
    const abort = new AbortController();
    const ran: (readonly string[])[] = [];
    const exec: Exec = {
      run: async (argv) => {
        ran.push(argv);
        if (ran.length > 1) throw new Error('the container is gone');
        abort.abort();
        throw new Error('interrupted');
      },
    };
    const power = createPower(exec, 'box', async () => {});
    const machine = createMachine(exec, { name: 'w1', role: 'worker', address: '', container: 'box', power });
    await expect(machine.exec(['sleep', '600'], { signal: abort.signal })).rejects.toThrow('interrupted');
    expect(ran[1]?.at(-1)).toMatch(/^KUBEWRIGHT_RUN=/);
    expect(ran).toHaveLength(2);
  });

  test('that fails is a result', async () => {
    const { machine } = setUp({ exitCode: 3, stdout: 'inactive\n', stderr: 'unit not found' });
    expect(await machine.exec(['systemctl', 'is-active', 'x'])).toMatchObject({ exitCode: 3, stdout: 'inactive\n' });
  });

  test.each([
    ['COMMAND_FAILED', 'Error response from daemon: container 4f is not running'],
    ['COMMAND_FAILED', 'Error response from daemon: No such container: box'],
    ['COMMAND_FAILED', 'Error: No such container: box'],
    ['COMMAND_FAILED', 'Error response from daemon: Container 4f is paused, unpause the container before exec'],
    [
      'COMMAND_FAILED',
      'OCI runtime exec failed: exec failed: unable to start container process: procReady not received',
    ],
    [
      'ENGINE_UNREACHABLE',
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    ],
  ])('that never ran is not a result but %s: %s', async (code, stderr) => {
    const { machine } = setUp({ exitCode: 1, stderr });
    await expect(machine.exec(['true'])).rejects.toMatchObject({ code });
  });
});

/** A machine with a channel that gives these outcomes, one after the other. */
function setUpWithChannel(outcomes: readonly ChannelOutcome[], role: 'worker' | 'student' = 'worker') {
  const ran: { argv: readonly string[]; options: ExecOptions }[] = [];
  const exec: Exec = {
    run: async (argv, options = {}) => {
      ran.push({ argv, options });
      return { exitCode: 0, stdout: 'by the engine', stderr: '', timedOut: false, command: argv.join(' ') };
    },
  };
  const asked: { command: ChannelCommand; options: ChannelRunOptions }[] = [];
  const left = [...outcomes];
  const channel = {
    run: async (command: ChannelCommand, options: ChannelRunOptions): Promise<ChannelOutcome> => {
      asked.push({ command, options });
      return left.shift() ?? { kind: 'not-run' };
    },
    open: async () => {},
    close() {},
  };
  const power = createPower(exec, 'box', async () => {});
  const box = { name: role === 'student' ? 'student' : 'w1', role, address: '10.210.0.4', container: 'box', power };
  return { machine: createMachine(exec, box, channel), ran, asked };
}

const inChannel = { kind: 'result', exitCode: 0, stdout: 'in the channel', stderr: '', timedOut: false } as const;
const lost = { kind: 'lost' } as const;

describe('a command on a machine with a channel', () => {
  test('is the one that the engine would run, with its environment, folder, input and limits', async () => {
    const { machine, ran, asked } = setUpWithChannel([inChannel]);
    const { signal } = new AbortController();
    const options = { env: { A: '1 2' }, input: 'text', timeoutMs: 1_500, maxOutputBytes: 10, signal };
    expect(await machine.exec(['cat'], options)).toEqual({
      ...{ exitCode: 0, stdout: 'in the channel', stderr: '', timedOut: false },
      command: expect.stringMatching(
        /^docker exec --interactive --user root --env HOME=\/root --workdir \/root --env 'A=1 2' --env KUBEWRIGHT_RUN=\S+ box timeout --kill-after=5 2 cat$/,
      ) as string,
    });
    expect(asked).toEqual([
      {
        command: {
          argv: ['timeout', '--kill-after=5', '2', 'cat'],
          env: ['HOME=/root', 'A=1 2', mark[1]],
          folder: '/root',
          input: 'text',
        },
        options: { timeoutMs: 11_500, maxOutputBytes: 10, signal },
      },
    ]);
    expect(ran).toEqual([]);
  });

  test('goes by the engine when the channel has not run it', async () => {
    const { machine, ran } = setUpWithChannel([{ kind: 'not-run' }]);
    expect(await machine.exec(['true'])).toMatchObject({ stdout: 'by the engine' });
    expect(ran).toHaveLength(1);
  });

  test.each([
    ['of another user', { user: 'ops' }],
    ['that may take long', { timeoutMs: 60_001 }],
    ['whose lines are wanted', { onLine: () => {} }],
    ['with a folder of this machine', { cwd: '/' }],
  ])('goes by the engine: one %s', async (_, options) => {
    const { machine, ran, asked } = setUpWithChannel([inChannel]);
    expect(await machine.exec(['true'], options)).toMatchObject({ stdout: 'by the engine' });
    expect(asked).toEqual([]);
    expect(ran).toHaveLength(1);
  });

  test('goes by the engine when it is the learner’s, and in the channel when it is root’s', async () => {
    const { machine, asked } = setUpWithChannel([inChannel], 'student');
    expect(await machine.exec(['id'])).toMatchObject({ stdout: 'by the engine' });
    expect(await machine.exec(['id'], { user: 'root' })).toMatchObject({ stdout: 'in the channel' });
    expect(asked).toHaveLength(1);
  });

  test.each([
    [124, false],
    [137, false],
    [124, true],
  ])('that ends with %i (not waited for: %j) has timed out, and the rest of it is ended', async (exitCode, timedOut) => {
    const { machine, ran } = setUpWithChannel([{ ...inChannel, exitCode, timedOut }]);
    expect(await machine.exec(['sleep', '60'])).toMatchObject({ exitCode, timedOut: true });
    expect(ran.map(({ argv }) => argv.at(-1))).toEqual([expect.stringMatching(/^KUBEWRIGHT_RUN=/)]);
  });

  test('is neither run twice nor judged when the channel is lost: what is left of it is ended', async () => {
    const { machine, ran } = setUpWithChannel([lost]);
    await expect(machine.exec(['crictl', 'info'])).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    expect(ran.map(({ argv }) => argv.at(-1))).toEqual([expect.stringMatching(/^KUBEWRIGHT_RUN=/)]);
  });

  test('says what the program says, whatever that looks like', async () => {
    const stderr = 'Error response from daemon: container 4f is not running';
    const { machine } = setUpWithChannel([{ ...inChannel, exitCode: 1, stderr }]);
    expect(await machine.exec(['sh'])).toMatchObject({ exitCode: 1, stderr });
  });
});

test('reading a file is tried again by the engine when the channel is lost', async () => {
  const { machine, ran } = setUpWithChannel([lost]);
  expect(await machine.read('/etc/hostname')).toBe('by the engine');
  expect(ran.map(({ argv }) => argv.at(-1))).toEqual(['/etc/hostname']);
});

test('writing a file is not', async () => {
  const { machine, ran } = setUpWithChannel([lost]);
  await expect(machine.write('/etc/x', 'text')).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  expect(ran.filter(({ options }) => options.input !== undefined)).toEqual([]);
});

describe('a file of a machine', () => {
  test('is read as root, by a path that no shell takes apart', async () => {
    const { machine, ran } = setUp({ stdout: 'text\n' }, 'student');
    expect(await machine.read('/opt/a b; rm -rf $HOME')).toBe('text\n');
    const argv = ran[0]?.argv ?? [];
    expect(argv.slice(2, 8)).toEqual(asRoot);
    expect(argv.slice(-2)).toEqual(['sh', '/opt/a b; rm -rf $HOME']);
    expect(argv.at(-3)).not.toContain('/opt');
  });

  test('that is not there is undefined; one that cannot be read is an error', async () => {
    expect(await setUp({ exitCode: 66 }).machine.read('/no')).toBeUndefined();
    await expect(setUp({ exitCode: 1, stderr: 'cat: Is a directory' }).machine.read('/')).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
    });
    const off = setUp({ exitCode: 1, stderr: 'Error response from daemon: container 4f is not running' });
    await expect(off.machine.read('/etc/passwd')).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });

  test('is written from standard input, beside its place first, with its mode', async () => {
    const { machine, ran } = setUp();
    await machine.write('/etc/x', "it's $TEXT", '0600');
    expect(ran[0]?.argv.slice(-3)).toEqual(['sh', '/etc/x', '0600']);
    expect(ran[0]?.argv).toContain('--interactive');
    expect(ran[0]?.options.input).toBe("it's $TEXT");
    const script = ran[0]?.argv.at(-4) ?? '';
    expect(script).toMatch(/cat > "\$1\.new".*chmod "\$2" "\$1\.new".*mv -- "\$1\.new" "\$1"/);
    await machine.write('/etc/y', '');
    expect(ran[1]?.argv.at(-1)).toBe('0644');
  });

  test('that cannot be written is an error', async () => {
    const { machine } = setUp({ exitCode: 1, stderr: 'sh: /etc/x.new: Read-only file system' });
    await expect(machine.write('/etc/x', 'text')).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });
});

describe('whether a machine is up', () => {
  test.each([
    ['true\n', true],
    ['false\n', false],
    ['', false],
  ])('is what the engine says: %j', async (stdout, expected) => {
    expect(await setUp({ stdout }).machine.isRunning()).toBe(expected);
  });

  test('is not known of a container that is gone', async () => {
    const { machine } = setUp({ exitCode: 1, stderr: 'Error: No such object: box' });
    await expect(machine.isRunning()).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });
});
