import type Docker from 'dockerode';
import { KubewrightError } from '../../domain/errors.ts';
import type { TimelineEvent } from '../../domain/timeline.ts';
import type { Witness } from '../provider.ts';
import { witnessName } from './names.ts';
import { createDockerStreamDecoder } from './terminal-frames.ts';
import { journalPath } from './witness-record.ts';

/** What the record says of itself, and what is too much to look at while it happens. */
const leftOut = ['beat', 'echo', 'etcd', 'machine-alive', 'watch', 'marker', 'started'] as const;
/**
 * tail -F waits for a journal that is not there yet and stays with one that is replaced. On an overlay it asks for news once a
 * second unless it is told otherwise (coreutils 9.1, which can't have the kernel tell it there). When this side has gone, the
 * program's stdin ends: without that it would stay in the container for ever.
 */
const script = 'tail -n +1 -F -s 0.05 "$1" 2>/dev/null | grep --line-buffered -v -E "$2" & cat > /dev/null; kill 0';

/** Follows the journal of a session's witness by a process in its container, one for as long as somebody looks. */
export function createWitnessFollower(docker: Docker, session: string): Pick<Witness, 'follow'> {
  return {
    async follow(onEvents, signal) {
      if (signal.aborted) return;
      const exec = await docker.getContainer(witnessName(session)).exec({
        // A session of its own, so that "kill 0" ends the pipe and nothing else. Without --wait setsid is gone at once where
        // it has to fork, and the engine then ends the stream after two seconds.
        Cmd: ['setsid', '--wait', 'sh', '-c', script, 'follow', journalPath, `"kind":"(${leftOut.join('|')})"`],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: false,
      });
      const stream = await exec.start({ hijack: true, stdin: true, Detach: false, Tty: false });
      const demultiplex = createDockerStreamDecoder();
      const lines = createLineSplitter();
      const decoder = new TextDecoder();
      await new Promise<void>((resolve, reject) => {
        const end = () => {
          stream.destroy();
          resolve();
        };
        signal.addEventListener('abort', end, { once: true });
        stream.on('data', (chunk: Buffer) => {
          for (const { stream: source, bytes } of demultiplex(chunk)) {
            if (source !== 'stdout') continue;
            onEvents(lines(decoder.decode(bytes, { stream: true })).flatMap(toEvent));
          }
        });
        const fail = (reason: string) => {
          signal.removeEventListener('abort', end);
          if (signal.aborted) return resolve();
          reject(
            new KubewrightError('COMMAND_FAILED', `the witness of session ${session} can't be followed: ${reason}`),
          );
        };
        stream.on('error', (error: Error) => fail(error.message));
        stream.on('close', () => fail('the connection was closed'));
        stream.on('end', () => fail('the connection ended'));
      });
    },
  };
}

function createLineSplitter(): (text: string) => string[] {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    return lines;
  };
}

/** The witness writes what domain/timeline.ts says; a line that is something else is no news worth stopping for. */
function toEvent(line: string): TimelineEvent[] {
  try {
    return [JSON.parse(line) as TimelineEvent];
  } catch {
    return [];
  }
}
