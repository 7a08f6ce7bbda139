import { join } from 'node:path';
import { createServer } from '../../web/server/index.ts';
import { systemClock } from '../system/clock.ts';
import { installationRoot } from '../system/paths.ts';
import { createLog } from '../system/pino-log.ts';
import { goFirst } from '../system/priority.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { putInOrder } from './recovery.ts';

const recoverEveryMs = 30_000;
/** An engine that hangs must not keep the page from coming up. */
const recoverFirstWithinMs = 10_000;

export async function serve(
  { kubewright, output, signal }: CommandContext,
  options: {
    host: string;
    expose?: boolean;
    port: number;
    pool: number;
    dozeAfter: number;
    scenarios?: string;
  },
): Promise<number> {
  const { engine, exams, records, pool, dozing, watchDisk } = kubewright().in(options.scenarios);
  const log = createLog();
  // What learners do in their machines must not keep the page from answering.
  await goFirst();
  await recoverFirst({ kubewright, output }, signal);
  const server = await createServer({
    engine,
    exams,
    records,
    pool,
    host: options.host,
    exposed: options.expose === true,
    port: options.port,
    log,
    clientFolder: join(installationRoot(), 'web', 'client', 'dist'),
  });
  exams.resume();
  // Read now, not when the first page waits for them; what is wrong with them is said there.
  engine.scenarios().catch(() => {});
  if (options.expose === true) {
    output.say('It can be reached from other machines, over plain HTTP. Whoever gets in has root here.');
  }
  output.say('kubewright is ready. Open this in your browser (it works once; the page keeps you in afterwards):');
  output.line(server.url);
  output.say('Ctrl-C ends the server; drills that are ready go on.');
  const watching = watchDisk({
    signal,
    onStopped: (session, why) => log.error({ session, why }, 'stopped to keep the disk from filling up'),
    onError: (error) => log.warn({ error: String(error) }, 'the disk could not be looked after'),
  });
  const keeping = pool.keep({
    size: options.pool,
    signal,
    onSay: (line) => output.say(line),
    onError: (error) => log.warn({ error: String(error) }, 'no cluster could be made ahead'),
  });
  const resting =
    options.dozeAfter > 0 &&
    dozing.keep({
      afterMs: options.dozeAfter * 60_000,
      signal,
      onError: (session, error) => log.warn({ session, error: String(error) }, 'the session could not doze'),
    });
  while (!signal.aborted) {
    await systemClock.sleep(recoverEveryMs, signal).catch(() => {});
    // Another process, such as "kubewright start", may be killed while this one goes on.
    if (signal.aborted) break;
    await putInOrder({ kubewright, output }, { look: false }).catch((error: unknown) => {
      log.error({ error: String(error) }, 'sessions could not be put in order');
    });
  }
  output.say('Closing …');
  await exams.close();
  await server.close();
  await watching;
  await keeping;
  await resting;
  await engine.close();
  return exitCodes.ok;
}

/** Waits for the first recovery, but not for ever: it then goes on beside the server. */
async function recoverFirst(
  context: Pick<CommandContext, 'kubewright' | 'output'>,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const recovering = putInOrder(context, { look: true });
  // Nobody waits for it any more when it fails later; the next one tries again.
  recovering.catch(() => {});
  const late = systemClock.sleep(recoverFirstWithinMs, AbortSignal.any([over.signal, signal])).catch(() => {});
  await Promise.race([recovering, late]).finally(() => over.abort(new Error('it is over')));
}
