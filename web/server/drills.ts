import { KubewrightError } from '../../engine/domain/errors.ts';
import type { Verdict } from '../../engine/domain/verdict.ts';
import type { Engine, StartOptions, StepProgress } from '../../engine/engine.ts';
import type { Log } from '../../engine/system/log.ts';
import { AlreadyRunning, explain, WebRefusal } from './refusals.ts';
import type { Viewers } from './viewers.ts';

/**
 * The long acts of sessions. Each session does one of them at a time; what a request does not wait for is told to the
 * session's viewers. Provisioning belongs to this process: close() ends it and waits until its teardown is done.
 */
export interface Drills {
  /** Resolves with the session's id as soon as it has one. @throws AlreadyRunning, and what the engine refuses. */
  start(scenario: string): Promise<string>;
  check(session: string, signal: AbortSignal): Promise<Verdict>;
  finish(session: string): Promise<Verdict>;
  /** Resolves when it has begun. */
  reset(session: string): Promise<void>;
  /** Resolves when it has begun; goes before whatever the session is doing. */
  stop(session: string): Promise<void>;
  close(): Promise<void>;
}

type Act = 'provisioned' | 'checked' | 'judged' | 'reset' | 'stopped';

interface Doing {
  readonly act: Act;
  readonly controller: AbortController;
  done: Promise<unknown>;
}

export function createDrills(options: { engine: Engine; viewers: Viewers; log: Log }): Drills {
  const { engine, viewers, log } = options;
  const doing = new Map<string, Doing>();
  const starting = new Map<string, AbortController>();
  const starts = new Set<Promise<unknown>>();
  const stopping = new Set<string>();
  let closing = false;

  const refuseWhenClosing = () => {
    if (closing) throw new WebRefusal('BUSY', 'The server is stopping.');
  };

  /** Claims the session for one act; the entry leaves the map when the act is over. */
  const claim = <T>(session: string, act: Act, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    // A stop that was asked for before goes on to its end: half of it would be a leak.
    if (act !== 'stopped') refuseWhenClosing();
    const other = doing.get(session);
    if (other !== undefined) throw new WebRefusal('BUSY', `Session ${session} is being ${other.act}.`);
    const mine: Doing = { act, controller: new AbortController(), done: Promise.resolve() };
    doing.set(session, mine);
    const working = (async () => {
      try {
        return await work(mine.controller.signal);
      } finally {
        doing.delete(session);
        await viewers.refresh(session);
      }
    })();
    mine.done = working.catch(() => undefined);
    return working;
  };

  /** For an act that no request waits for: its failure is told to the viewers. */
  const report = (session: string, act: Act, work: Promise<unknown>) => {
    work.catch((error: unknown) => {
      log.error({ session, act, error: String(error) }, 'the session could not be dealt with');
      viewers.publish(session, { type: 'error', ...explain(error) });
    });
  };

  const tell = (session: string, step: StepProgress) => {
    viewers.publish(session, { type: 'step', step });
    // A step that begins or ends may have brought the session into another state.
    if (step.detail === undefined) void viewers.refresh(session);
  };

  const optionsOf = (session: () => string | undefined, signal: AbortSignal): StartOptions => ({
    signal,
    onStep: (step) => {
      const id = session();
      if (id !== undefined) tell(id, step);
    },
  });

  /** Provisions to the end; `named` gets the session's id as soon as there is one. Never rejects: it tells `named` or the log. */
  const provision = async (scenario: string, controller: AbortController, named: PromiseWithResolvers<string>) => {
    let session: string | undefined;
    const over = Promise.withResolvers<void>();
    try {
      await engine.start(scenario, {
        ...optionsOf(() => session, controller.signal),
        onSession: (id) => {
          session = id;
          doing.set(id, { act: 'provisioned', controller, done: over.promise });
          named.resolve(id);
        },
      });
    } catch (error) {
      log.error({ session, scenario, error: String(error) }, 'provisioning failed');
      named.reject(error);
    } finally {
      if (session !== undefined) {
        doing.delete(session);
        await viewers.refresh(session);
      }
      over.resolve();
    }
  };

  const begin = async (scenario: string, controller: AbortController) => {
    const named = Promise.withResolvers<string>();
    const work = provision(scenario, controller, named);
    starts.add(work);
    void work.finally(() => starts.delete(work));
    return await named.promise;
  };

  return {
    async start(scenario) {
      refuseWhenClosing();
      if (starting.has(scenario)) throw new WebRefusal('BUSY', `"${scenario}" is being started.`);
      const controller = new AbortController();
      starting.set(scenario, controller);
      try {
        const rows = await engine.sessions();
        const running = rows.find(
          // A question of an exam is no drill that one could go on in.
          (row) =>
            row.exam === undefined &&
            row.scenario === scenario &&
            (row.state === 'provisioning' || row.state === 'ready'),
        );
        if (running !== undefined) throw new AlreadyRunning(scenario, running.id);
        return await begin(scenario, controller);
      } finally {
        starting.delete(scenario);
      }
    },

    check: (session, signal) =>
      claim(session, 'checked', (stopped) => engine.check(session, { signal: AbortSignal.any([signal, stopped]) })),

    finish: (session) => claim(session, 'judged', (signal) => engine.finish(session, { signal })),

    async reset(session) {
      const row = await engine.session(session);
      if (row.state !== 'ready' && row.state !== 'finished') {
        throw new KubewrightError('SESSION_STATE', `Session ${session} can't be reset: it is ${row.state}.`);
      }
      const work = claim(session, 'reset', (signal) =>
        engine.reset(
          session,
          optionsOf(() => session, signal),
        ),
      );
      report(session, 'reset', work);
    },

    async stop(session) {
      refuseWhenClosing();
      await engine.session(session);
      if (stopping.has(session)) return;
      stopping.add(session);
      const work = (async () => {
        for (let other = doing.get(session); other !== undefined; other = doing.get(session)) {
          other.controller.abort(new KubewrightError('INTERRUPTED', 'The session is being stopped.'));
          await other.done;
        }
        await claim(session, 'stopped', () => engine.stop(session, { onStep: (step) => tell(session, step) }));
      })().finally(() => stopping.delete(session));
      report(session, 'stopped', work);
    },

    async close() {
      closing = true;
      const reason = new KubewrightError('INTERRUPTED', 'The server is stopping.');
      for (const controller of starting.values()) controller.abort(reason);
      for (const { act, controller } of doing.values()) if (act !== 'stopped') controller.abort(reason);
      while (doing.size + starts.size + stopping.size > 0) {
        await Promise.allSettled([...starts, ...[...doing.values()].map((act) => act.done)]);
        await Promise.resolve();
      }
    },
  };
}
