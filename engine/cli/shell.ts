import { KubewrightError } from '../domain/errors.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { putInOrder } from './recovery.ts';

/** The key that leaves without ending the shell, as in telnet and docker's detach: Ctrl-]. */
const detachKey = 0x1d;

export async function shell(
  { kubewright, output }: CommandContext,
  session: string,
  options: { on?: string },
  terminal: { input: NodeJS.ReadStream; screen: NodeJS.WriteStream },
): Promise<number> {
  const { input, screen } = terminal;
  if (!input.isTTY || !screen.isTTY) {
    throw new KubewrightError('USAGE', 'kubewright shell needs a terminal', {
      remedy: 'Run it in a terminal, or use the browser.',
    });
  }
  await putInOrder({ kubewright, output }, { look: false });
  const on = options.on ?? 'student';
  output.say(`Ctrl-] leaves; the shell goes on and "kubewright shell ${session}" comes back to it.`);
  const size = () => ({ cols: screen.columns, rows: screen.rows });
  const held = await kubewright().engine.openTerminal(session, { id: `${on}-1`, on, ...size(), fromOffset: 0 });
  const onResize = () => held.resize(size().cols, size().rows);
  const onKeys = (keys: Buffer) => {
    const at = keys.indexOf(detachKey);
    held.write(at < 0 ? keys : keys.subarray(0, at));
    if (at >= 0) held.close();
  };
  input.setRawMode(true);
  try {
    const code = await new Promise<number | undefined>((resolve) => {
      held.onOutput((offset, bytes) => {
        screen.write(bytes, () => held.acknowledge(offset + bytes.length));
      });
      held.onEnd(resolve);
      screen.on('resize', onResize);
      input.on('data', onKeys);
      input.resume();
    });
    return code ?? exitCodes.ok;
  } finally {
    screen.off('resize', onResize);
    input.off('data', onKeys);
    input.setRawMode(false);
    input.pause();
  }
}
