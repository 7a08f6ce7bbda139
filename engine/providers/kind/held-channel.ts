import type { Channel, ChannelOutcome, ChannelRunOptions } from './channel.ts';
import type { ChannelCommand } from './channel-frames.ts';

/** The channel to a machine, there when it is wanted: opened by the first command, and anew when it has ended. */
export interface HeldChannel {
  /** not-run also where there is no channel to be had. @throws KubewrightError INTERRUPTED when the signal fires */
  run(command: ChannelCommand, options: ChannelRunOptions): Promise<ChannelOutcome>;
  /** Opens it before there is a command; it stays open then until one has ended. Nothing where there is none to be had. */
  open(): Promise<void>;
  /** For good: what comes later is not run. */
  close(): void;
}

/** A page asks every ten seconds; when nobody looks any more, nothing of ours is left running on the machine. */
const idleMs = 60_000;
/** After an opening that failed, so many commands are not kept waiting for another one. */
const passed = 10;

/** @param open as openChannel(): rejects when the machine is off, stands still or has no perl any more */
export function holdChannel(open: () => Promise<Channel>): HeldChannel {
  let held: Promise<Channel | undefined> | undefined;
  let toPass = 0;
  let closed = false;
  let idle: NodeJS.Timeout | undefined;

  const openAnew = async (): Promise<Channel | undefined> => {
    try {
      const channel = await open();
      if (!closed) return channel;
      channel.close();
    } catch {
      toPass = passed;
    }
    return undefined;
  };
  const usable = async (): Promise<Channel | undefined> => {
    const known = held;
    const channel = await known;
    if (channel?.isOpen() === true) return channel;
    // Of many that find it ended, one opens it anew and the others wait for that.
    if (held === known) {
      if (closed) return undefined;
      if (toPass > 0) {
        toPass -= 1;
        return undefined;
      }
      held = openAnew();
    }
    return await held;
  };

  return {
    async run(command, options) {
      const channel = await usable();
      if (channel === undefined) return { kind: 'not-run' };
      clearTimeout(idle);
      try {
        return await channel.run(command, options);
      } finally {
        if (channel.running() === 0) {
          clearTimeout(idle);
          idle = setTimeout(() => channel.close(), idleMs).unref();
        }
      }
    },
    async open() {
      await usable();
    },
    close() {
      closed = true;
      clearTimeout(idle);
      void held?.then((channel) => channel?.close());
    },
  };
}
