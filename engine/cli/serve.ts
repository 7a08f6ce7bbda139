import { join } from 'node:path';
import { createServer } from '../../web/server/index.ts';
import { installationRoot } from '../system/paths.ts';
import { createLog } from '../system/pino-log.ts';
import { type CommandContext, exitCodes } from './command.ts';

export async function serve(
  { kubewright, output, signal }: CommandContext,
  options: { host: string; port: number; scenarios?: string },
): Promise<number> {
  const { engine, exams, records } = kubewright().in(options.scenarios);
  const server = await createServer({
    engine,
    exams,
    records,
    host: options.host,
    port: options.port,
    log: createLog(),
    clientFolder: join(installationRoot(), 'web', 'client', 'dist'),
  });
  exams.resume();
  output.say('kubewright is ready. Open this in your browser (it works once; the page keeps you in afterwards):');
  output.line(server.url);
  output.say('Ctrl-C ends the server; drills that are ready go on.');
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  output.say('Closing …');
  await exams.close();
  await server.close();
  await engine.close();
  return exitCodes.ok;
}
