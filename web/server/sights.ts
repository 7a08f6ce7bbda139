import type { SessionState } from '../../engine/domain/session.ts';
import type { Engine, Onlooker } from '../../engine/engine.ts';
import type { Log } from '../../engine/system/log.ts';
import type { SessionMessage } from '../protocol.ts';

type Sight = Extract<SessionMessage, { type: 'look' | 'glance' }>;

/** What pages see of a session beyond its state: the cluster as it looks, checks as they turn, hints as they appear. */
export interface Sights {
  /** One beat of a session that pages look at. Nothing of it is waited for. */
  beat(session: string, state: SessionState): void;
  /** What was told last, for a page that comes late. */
  last(session: string): readonly Sight[];
  /** No page looks any more. */
  leave(session: string): void;
  /** Ends all looking; resolves when nothing of it is under way. */
  close(): Promise<void>;
}

interface Sighted {
  readonly over: AbortController;
  readonly last: Map<Sight['type'], Sight>;
  isReady: boolean;
  /** Something has happened since the last glance began. */
  isStirred: boolean;
  glancedAt: number;
  tookMs: number;
  isGlancing: boolean;
  planned?: NodeJS.Timeout;
  isFollowing: boolean;
  followAgainAt: number;
}

/** Between two glances: a rollout stirs many times a second, and a look at all checks keeps a core busy. */
const leastRestMs = 100;
/** So many times as long as the last glance took. */
const restShare = 2;
/** A witness that can't be followed is asked again after this long. */
const followAgainMs = 10_000;

export function createSights(options: {
  engine: Engine;
  log: Log;
  glanceMs: number;
  publish: (session: string, message: SessionMessage) => void;
}): Sights {
  const { engine, log, glanceMs, publish } = options;
  const sighted = new Map<string, Sighted>();
  const underWay = new Set<Promise<void>>();

  const tell = (session: string, mine: Sighted, sight: Sight) => {
    const isNews = JSON.stringify(mine.last.get(sight.type)) !== JSON.stringify(sight);
    mine.last.set(sight.type, sight);
    if (isNews && !mine.over.signal.aborted) publish(session, sight);
  };

  const track = (work: Promise<void>) => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };

  const follow = async (session: string, mine: Sighted) => {
    mine.isFollowing = true;
    try {
      const onlooker: Onlooker = {
        onLook: (look) => tell(session, mine, { type: 'look', look }),
        onStir() {
          mine.isStirred = true;
          soon(session, mine);
        },
      };
      await engine.look(session, onlooker, mine.over.signal);
    } catch (error) {
      if (!mine.over.signal.aborted) log.warn({ session, error: String(error) }, 'the cluster could not be looked at');
    } finally {
      mine.isFollowing = false;
      mine.followAgainAt = Date.now() + followAgainMs;
    }
  };

  const glance = async (session: string, mine: Sighted) => {
    mine.isGlancing = true;
    mine.isStirred = false;
    const startedAt = performance.now();
    try {
      tell(session, mine, { type: 'glance', glance: await engine.glance(session, { signal: mine.over.signal }) });
    } catch (error) {
      if (!mine.over.signal.aborted) log.warn({ session, error: String(error) }, 'the checks could not be looked at');
    } finally {
      mine.isGlancing = false;
      mine.glancedAt = Date.now();
      mine.tookMs = performance.now() - startedAt;
      if (mine.isStirred) soon(session, mine);
    }
  };

  /** A glance because something has happened: at once, but where one thing follows another with a rest between two. */
  const soon = (session: string, mine: Sighted) => {
    if (mine.isGlancing || mine.planned !== undefined || mine.over.signal.aborted) return;
    const restMs = Math.max(leastRestMs, restShare * mine.tookMs);
    const inMs = Math.max(0, mine.glancedAt + restMs - Date.now());
    mine.planned = setTimeout(() => {
      delete mine.planned;
      if (mine.isReady && !mine.isGlancing && !mine.over.signal.aborted) track(glance(session, mine));
    }, inMs);
  };

  const leave = (session: string) => {
    sighted.get(session)?.over.abort();
    clearTimeout(sighted.get(session)?.planned);
    sighted.delete(session);
  };

  return {
    beat(session, state) {
      // A cluster that is being made again or taken down is another one, or none.
      if (state !== 'ready' && state !== 'finished') return leave(session);
      const mine = sighted.get(session) ?? {
        over: new AbortController(),
        last: new Map(),
        isReady: false,
        isStirred: false,
        glancedAt: 0,
        tookMs: 0,
        isGlancing: false,
        isFollowing: false,
        followAgainAt: 0,
      };
      mine.isReady = state === 'ready';
      sighted.set(session, mine);
      if (!mine.isFollowing && Date.now() >= mine.followAgainAt) track(follow(session, mine));
      if (state === 'ready' && !mine.isGlancing && Date.now() - mine.glancedAt >= glanceMs)
        track(glance(session, mine));
    },

    last: (session) => [...(sighted.get(session)?.last.values() ?? [])],
    leave,

    async close() {
      for (const session of sighted.keys()) leave(session);
      await Promise.all(underWay);
    },
  };
}
