import { isKubewrightError } from '../../engine/domain/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Log } from '../../engine/system/log.ts';
import type { SessionMessage } from '../protocol.ts';
import { createSights } from './sights.ts';

/**
 * Who looks at which session. While anyone does, the session has a pulse: the scenario's events happen, and what changed
 * (also through the command line) is told to everyone.
 */
export interface Viewers {
  /** Counts a socket of the session until the returned function is called. Terminals only count and hear nothing. */
  join(session: string, listener?: (message: SessionMessage) => void): () => void;
  publish(session: string, message: SessionMessage): void;
  /** Reads the session and tells everyone when it changed (or `one` in any case); "gone" when it is no more. */
  refresh(session: string, one?: (message: SessionMessage) => void): Promise<void>;
  /** Ends all pulses; resolves when the last beat is over. */
  close(): Promise<void>;
}

interface Room {
  readonly listeners: Set<(message: SessionMessage) => void>;
  sockets: number;
  lastTold: string;
  timer: NodeJS.Timeout | undefined;
  beat: Promise<void>;
}

export function createViewers(options: { engine: Engine; log: Log; pulseMs: number; glanceMs: number }): Viewers {
  const { engine, log, pulseMs, glanceMs } = options;
  const rooms = new Map<string, Room>();
  let closed = false;

  const publish = (session: string, message: SessionMessage) => {
    for (const listener of rooms.get(session)?.listeners ?? []) listener(message);
  };

  const sights = createSights({ engine, log, glanceMs, publish });

  const refresh: Viewers['refresh'] = async (session, one) => {
    const room = rooms.get(session);
    if (room === undefined) return;
    try {
      const row = await engine.session(session);
      one?.({ type: 'state', session: row });
      if (one !== undefined) for (const sight of sights.last(session)) one(sight);
      const told = JSON.stringify(row);
      if (one !== undefined || told === room.lastTold) return;
      room.lastTold = told;
      publish(session, { type: 'state', session: row });
    } catch (error) {
      if (isUnknown(error)) publish(session, { type: 'gone' });
      else log.warn({ session, error: String(error) }, 'the session could not be read');
    }
  };

  const beat = async (session: string) => {
    try {
      const row = await engine.session(session);
      // A look would wake it.
      if (row.dozes === true) sights.leave(session);
      else if ((rooms.get(session)?.listeners.size ?? 0) > 0) sights.beat(session, row.state);
      if (row.state === 'ready') await engine.letEventsHappen(session);
    } catch (error) {
      // A session that is no more is told by the refresh.
      if (!isUnknown(error))
        log.warn({ session, error: String(error) }, 'events of the scenario could not be looked at');
    }
    await refresh(session);
  };

  // The next beat is planned when the last one is over, so that two of them never overlap.
  const planBeat = (session: string, room: Room) => {
    room.timer = setTimeout(() => {
      room.beat = beat(session).then(() => {
        if (!closed && room.sockets > 0) planBeat(session, room);
      });
    }, pulseMs);
  };

  return {
    publish,
    refresh,

    join(session, listener) {
      const room = rooms.get(session) ?? {
        listeners: new Set(),
        sockets: 0,
        lastTold: '',
        timer: undefined,
        beat: Promise.resolve(),
      };
      if (!rooms.has(session)) {
        rooms.set(session, room);
        planBeat(session, room);
      }
      room.sockets += 1;
      if (listener !== undefined) room.listeners.add(listener);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        room.sockets -= 1;
        if (listener !== undefined) room.listeners.delete(listener);
        if (room.listeners.size === 0) sights.leave(session);
        if (room.sockets > 0) return;
        clearTimeout(room.timer);
        rooms.delete(session);
      };
    },

    async close() {
      closed = true;
      const open = [...rooms.values()];
      for (const room of open) clearTimeout(room.timer);
      await Promise.all(open.map((room) => room.beat));
      await sights.close();
    },
  };
}

function isUnknown(error: unknown): boolean {
  return isKubewrightError(error) && error.code === 'SESSION_UNKNOWN';
}
