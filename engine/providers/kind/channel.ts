import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type Dockerode from 'dockerode';
import { KubewrightError } from '../../domain/errors.ts';
import {
  type ChannelAnswer,
  type ChannelCommand,
  createAnswerDecoder,
  encodeAsk,
  encodeEnd,
  encodeRun,
} from './channel-frames.ts';
import { channelProgram } from './channel-program.ts';
import { type KeptOutput, keepOutput } from './kept-output.ts';
import { createDockerStreamDecoder, FrameError } from './terminal-frames.ts';

export interface ChannelRunOptions {
  /** Milliseconds after which it is killed and not waited for. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Most bytes kept of each stream. */
  readonly maxOutputBytes: number;
}

/**
 * What came of a command. not-run: it did not begin and never will. lost: the channel ended while it ran, and nobody knows
 * how far it came.
 */
export type ChannelOutcome =
  | { readonly kind: 'not-run' }
  | { readonly kind: 'lost' }
  | {
      readonly kind: 'result';
      readonly exitCode: number;
      readonly stdout: string;
      readonly stderr: string;
      readonly timedOut: boolean;
    };

/** A program on a machine that runs others, as root, for as long as this process wants it to. */
export interface Channel {
  /** Whether another command may be tried. */
  isOpen(): boolean;
  /** How many commands are under way. */
  running(): number;
  /** @throws KubewrightError INTERRUPTED when the signal fires; what the command has started may go on then. */
  run(command: ChannelCommand, options: ChannelRunOptions): Promise<ChannelOutcome>;
  /** Takes no more commands; when those under way have ended, the program on the machine does. */
  close(): void;
}

const openWithinMs = 10_000;
/** A machine that stands still says nothing. Told to run something then, it would do so when it is let go, long after. */
const readyWithinMs = 3_000;
/** What may come that nobody waits for: output of commands that were given up, and the program's complaints. */
const unwantedLimitBytes = 4 * 1024 * 1024;
const answerHeaderBytes = 9;

const notRun = { kind: 'not-run' } as const;

interface Job {
  readonly frame: Buffer;
  hasBegun: boolean;
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
  /** Once; the rest of what it says is unwanted. */
  readonly settle: (outcome: ChannelOutcome) => void;
}

/**
 * Starts the program of a channel on a machine, as root, and waits until it speaks.
 * @throws Error when it can't be started or does not speak within 10 s
 */
export async function openChannel(docker: Pick<Dockerode, 'getContainer'>, container: string): Promise<Channel> {
  const late = Promise.withResolvers<never>();
  const deadline = setTimeout(() => late.reject(new Error(`no channel to ${container} in time`)), openWithinMs);
  const starting = startProgram(docker, container);
  let stream: Duplex | undefined;
  try {
    stream = await Promise.race([starting, late.promise]);
    return await Promise.race([speak(stream, container), late.promise]);
  } catch (error) {
    if (stream !== undefined) stream.destroy();
    // The engine may still answer, and nobody waits for it any more.
    else starting.then((tardy) => tardy.destroy()).catch(() => {});
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

async function startProgram(docker: Pick<Dockerode, 'getContainer'>, container: string): Promise<Duplex> {
  const exec = await docker.getContainer(container).exec({
    // -f: no sitecustomize.pl of the machine's gets into it.
    Cmd: ['perl', '-f', '-e', channelProgram],
    User: 'root',
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
  });
  return await exec.start({ hijack: true, stdin: true, Detach: false, Tty: false });
}

function speak(stream: Duplex, container: string): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const channel = createChannel(stream, {
      onHello: () => resolve(channel),
      onEnd: (reason) => reject(new Error(`the channel to ${container} ended: ${reason}`)),
    });
  });
}

function createChannel(
  stream: Duplex,
  tell: { readonly onHello: () => void; readonly onEnd: (reason: string) => void },
): Channel {
  const demultiplex = createDockerStreamDecoder();
  const decode = createAnswerDecoder();
  const jobs = new Map<number, Job>();
  /** Numbers of commands that were given up and that the machine may still speak of. */
  const givenUp = new Set<number>();
  let unwantedBytes = 0;
  let count = 0;
  let state: 'opening' | 'open' | 'retired' | 'ended' = 'opening';

  /** A channel that waits for nothing keeps no process alive. */
  const hold = () => {
    if (!(stream instanceof Socket)) return;
    if (jobs.size > 0) stream.ref();
    else stream.unref();
  };
  const end = (reason: string) => {
    if (state === 'ended') return;
    state = 'ended';
    stream.destroy();
    for (const { hasBegun, settle } of jobs.values()) settle(hasBegun ? { kind: 'lost' } : notRun);
    tell.onEnd(reason);
  };
  const retire = (reason: string) => {
    if (state === 'ended') return;
    state = 'retired';
    if (jobs.size === 0) end(reason);
  };
  const unwanted = (bytes: number) => {
    unwantedBytes += bytes;
    if (unwantedBytes > unwantedLimitBytes) throw new FrameError('too much that nobody asked for');
  };
  const giveUp = (number: number, job: Job) => {
    givenUp.add(number);
    if (job.hasBegun && state !== 'ended') stream.write(encodeEnd(number));
  };

  const take = (answer: ChannelAnswer) => {
    const { number, type } = answer;
    if (type === 'hello') {
      if (state !== 'opening') throw new FrameError('a second hello');
      state = 'open';
      hold();
      tell.onHello();
      return;
    }
    const job = jobs.get(number);
    if (job === undefined) {
      if (!givenUp.has(number)) throw new FrameError(`an answer to ${number}, which nobody asked`);
      unwanted(answerHeaderBytes + ('bytes' in answer ? answer.bytes.length : 0));
      if (type === 'ended' || type === 'ready') givenUp.delete(number);
      return;
    }
    if (type === 'ready' ? job.hasBegun : !job.hasBegun) throw new FrameError(`"${type}" out of turn`);
    switch (type) {
      case 'ready':
        job.hasBegun = true;
        stream.write(job.frame);
        return;
      case 'stdout':
      case 'stderr':
        if (job[type].take(answer.bytes)) return;
        giveUp(number, job);
        // As when the docker client is cut off: not the program's own code.
        job.settle({ ...resultOf(job), exitCode: 128 });
        return;
      case 'unstarted':
        givenUp.add(number);
        job.settle(notRun);
        return;
      case 'ended':
        job.settle({ ...resultOf(job), exitCode: answer.code });
    }
  };

  stream.on('data', (chunk: Buffer) => {
    if (state === 'ended') return;
    try {
      for (const { stream: source, bytes } of demultiplex(chunk)) {
        if (source === 'stderr') unwanted(bytes.length);
        else for (const answer of decode(bytes)) take(answer);
      }
    } catch (error) {
      end(error instanceof Error ? error.message : String(error));
    }
  });
  stream.on('end', () => end('the connection ended'));
  stream.on('close', () => end('the connection was closed'));
  stream.on('error', (error: Error) => end(error.message));

  return {
    isOpen: () => state === 'open',
    running: () => jobs.size,
    run(command, { timeoutMs, signal, maxOutputBytes }) {
      const number = (count += 1);
      const frame = encodeRun(number, command);
      if (frame === undefined || state !== 'open' || signal?.aborted === true) return Promise.resolve(notRun);
      return new Promise((resolve, reject) => {
        const over = () => {
          jobs.delete(number);
          clearTimeout(silence);
          clearTimeout(deadline);
          signal?.removeEventListener('abort', onAbort);
          hold();
          if (state === 'retired') retire('its last command ended');
        };
        const job: Job = {
          frame,
          hasBegun: false,
          stdout: keepOutput(maxOutputBytes),
          stderr: keepOutput(maxOutputBytes),
          settle(outcome) {
            over();
            resolve(outcome);
          },
        };
        const onAbort = () => {
          giveUp(number, job);
          over();
          reject(new KubewrightError('INTERRUPTED', `interrupted: ${command.argv.join(' ')}`));
        };
        const silence = setTimeout(() => {
          if (job.hasBegun) return;
          giveUp(number, job);
          job.settle(notRun);
          // Those that are under way go on: the machine may only be slow.
          retire('it did not answer');
        }, readyWithinMs);
        const deadline = setTimeout(() => {
          giveUp(number, job);
          job.settle({ ...resultOf(job), exitCode: 124, timedOut: true });
        }, timeoutMs);
        signal?.addEventListener('abort', onAbort, { once: true });
        jobs.set(number, job);
        hold();
        stream.write(encodeAsk(number));
      });
    },
    close: () => retire('it was closed here'),
  };
}

function resultOf({ stdout, stderr }: Job) {
  return { kind: 'result', stdout: stdout.text(), stderr: stderr.text(), timedOut: false } as const;
}
