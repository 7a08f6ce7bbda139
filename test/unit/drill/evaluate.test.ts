import { describe, expect, test } from 'vitest';
import type { CheckDefinition } from '../../../engine/checks/check.ts';
import { KubewrightError } from '../../../engine/domain/errors.ts';
import type { CheckFinding, CheckMode } from '../../../engine/domain/verdict.ts';
import { evaluateChecks, evaluateFinally, type PlannedCheck, type Round } from '../../../engine/drill/evaluate.ts';
import { FakeClock } from '../system/fake-clock.ts';
import { FakeCluster, FakeWorld, finding } from './fake-world.ts';

type Look = (context: Parameters<CheckDefinition<unknown>['evaluate']>[0]) => Promise<CheckFinding>;

function roundOf(looks: Readonly<Record<string, Look>>, more: { signal?: AbortSignal } = {}) {
  const clock = new FakeClock();
  const world = new FakeWorld();
  const definitions = Object.fromEntries(
    Object.entries(looks).map(([kind, look]): [string, CheckDefinition<unknown>] => [
      kind,
      { kind, summary: '', schema: undefined as never, modes: ['assert'], evaluate: (context) => look(context) },
    ]),
  );
  const cluster = new FakeCluster('abc', world, clock);
  const round: Round = { cluster, definitions, clock, since: clock.now(), until: clock.now(), happened: {}, ...more };
  return { round, clock, world };
}

const planned = (kind: string, mode: CheckMode = 'assert', withinMs = 30_000): PlannedCheck => ({
  id: kind,
  task: 'one',
  kind,
  role: 'objective',
  mode,
  withinMs,
  spec: {},
});

const never = () => new Promise<CheckFinding>(() => {});

describe('a look at the checks', () => {
  test('gives each its finding with its id, task, role and mode, in the order of the scenario', async () => {
    const { round } = roundOf({ b: async () => finding('failed', 'it is off'), a: async () => finding('passed') });
    expect(await evaluateChecks([planned('b'), planned('a', 'hold')], round)).toEqual([
      { id: 'b', task: 'one', role: 'objective', mode: 'assert', ...finding('failed', 'it is off') },
      { id: 'a', task: 'one', role: 'objective', mode: 'hold', ...finding('passed') },
    ]);
  });

  test('a check that hangs is errored after its time, and does not keep the others', async () => {
    const { round, clock } = roundOf({ hangs: never, fine: async () => finding('passed') });
    const [hung, fine] = await evaluateChecks([planned('hangs'), planned('fine')], round);
    expect(hung).toMatchObject({ result: 'errored', found: 'could not look: it did not answer within 45 s' });
    expect(fine).toMatchObject({ result: 'passed' });
    expect(clock.monotonic()).toBe(45_000);
  });

  test('a check that throws is errored with what it threw, never failed', async () => {
    const { round } = roundOf({
      throws: async () => {
        throw new Error('the API server is away');
      },
      throwsAtOnce: () => {
        throw new Error('no such machine');
      },
    });
    const results = await evaluateChecks([planned('throws'), planned('throwsAtOnce')], round);
    expect(results.map(({ result, found }) => `${result} ${found}`)).toEqual([
      'errored could not look: the API server is away',
      'errored could not look: no such machine',
    ]);
    expect(results[0]?.meaning).toContain('says nothing about your work');
  });

  test('a kind that does not exist is errored', async () => {
    const { round } = roundOf({});
    expect(await evaluateChecks([planned('ghost')], round)).toMatchObject([{ result: 'errored' }]);
  });

  test('a name that every object has is no kind of check', async () => {
    const { round } = roundOf({});
    expect(await evaluateChecks([planned('constructor')], round)).toMatchObject([{ result: 'errored' }]);
  });

  test('the record is read once a round, and only when somebody asks for it', async () => {
    const reads: Look = async (context) => finding((await context.timeline()).length > 0 ? 'passed' : 'failed');
    const { round, world } = roundOf({ one: reads, two: reads, blind: async () => finding('passed') });
    await evaluateChecks([planned('blind')], round);
    expect(world.timelineReads).toBe(0);
    await evaluateChecks([planned('one'), planned('two')], round);
    expect(world.timelineReads).toBe(1);
  });

  test('every check that needs a record which cannot be read is errored, the others are not', async () => {
    const reads: Look = async (context) => finding((await context.timeline()).length > 0 ? 'passed' : 'failed');
    const { round, world } = roundOf({ one: reads, two: reads, blind: async () => finding('passed') });
    world.witnessAnswers = false;
    const results = await evaluateChecks([planned('one'), planned('two'), planned('blind')], round);
    expect(results.map(({ result }) => result)).toEqual(['errored', 'errored', 'passed']);
  });

  describe('on a machine that others starve', () => {
    const starved = async (results: Readonly<Record<'traffic' | 'other', (lost: boolean) => CheckFinding>>) => {
      const look =
        (judge: (lost: boolean) => CheckFinding): Look =>
        async (context) => {
          const events = await context.timeline();
          return judge(events.some((event) => event.kind === 'traffic' && event.ok < event.sent));
        };
      const { round, world } = roundOf({
        ...{ traffic: look(results.traffic), other: look(results.other) },
        blind: async () => finding('failed'),
      });
      world.serviceAnswers = false;
      world.load = { waiting: 20, others: 0.6 };
      const since = round.since - 1;
      return evaluateChecks([planned('traffic'), planned('other'), planned('blind')], { ...round, since });
    };

    test('a check that fails by what was lost then is errored and says so, the others are as they are', async () => {
      const [traffic, other, blind] = await starved({
        traffic: (lost) => finding(lost ? 'failed' : 'passed', 'requests lost'),
        other: () => finding('failed', 'it was deleted'),
      });
      expect(traffic).toMatchObject({
        result: 'errored',
        found: expect.stringMatching(/^requests lost; but .* starved/),
      });
      expect(other).toMatchObject({ result: 'failed', found: 'it was deleted' });
      expect(blind).toMatchObject({ result: 'failed' });
    });

    test('nothing becomes passed by it', async () => {
      const [traffic] = await starved({ traffic: () => finding('passed'), other: () => finding('passed') });
      expect(traffic).toEqual({ id: 'traffic', task: 'one', role: 'objective', mode: 'assert', ...finding('passed') });
    });
  });

  test('leaves no sleeper behind when all have answered', async () => {
    const { round, clock } = roundOf({ fine: async () => finding('passed') });
    await evaluateChecks([planned('fine')], round);
    expect(clock.slept).toEqual([]);
    expect(clock.monotonic()).toBe(0);
  });

  test('that is interrupted gives no result at all', async () => {
    const abort = new AbortController();
    const { round } = roundOf({ hangs: never }, { signal: abort.signal });
    const looking = evaluateChecks([planned('hangs')], round);
    abort.abort(new KubewrightError('INTERRUPTED', 'Ctrl-C'));
    await expect(looking).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('the final look', () => {
  /** Says failed until that many milliseconds have passed. */
  const holdsAfter =
    (clock: { monotonic(): number }, ms: number, looked: number[]): Look =>
    async () => {
      looked.push(clock.monotonic());
      return finding(clock.monotonic() >= ms ? 'passed' : 'failed');
    };

  test('looks at what converges until it holds, and at the others once', async () => {
    const looked: Record<string, number[]> = { slow: [], assert: [], hold: [], fast: [] };
    const it = roundOf({
      slow: (context) => holdsAfter(it.clock, 3_000, looked['slow'] ?? [])(context),
      fast: (context) => holdsAfter(it.clock, 0, looked['fast'] ?? [])(context),
      assert: (context) => holdsAfter(it.clock, 3_000, looked['assert'] ?? [])(context),
      hold: (context) => holdsAfter(it.clock, 3_000, looked['hold'] ?? [])(context),
    });
    const checks = [
      planned('slow', 'converge'),
      planned('assert'),
      planned('hold', 'hold'),
      planned('fast', 'converge'),
    ];
    const results = await evaluateFinally(checks, it.round);
    expect(results.map(({ id, result }) => `${id} ${result}`)).toEqual([
      'slow passed',
      'assert failed',
      'hold failed',
      'fast passed',
    ]);
    expect(looked).toEqual({ slow: [0, 1_000, 2_000, 3_000], assert: [0], hold: [0], fast: [0] });
  });

  test('gives up on what converges when its own time is over', async () => {
    const looked: number[] = [];
    const it = roundOf({ slow: (context) => holdsAfter(it.clock, 60_000, looked)(context) });
    const said: string[] = [];
    const round = { ...it.round, progress: (line: string) => void said.push(line) };
    const [result] = await evaluateFinally([planned('slow', 'converge', 2_500)], round);
    expect(result).toMatchObject({ result: 'failed' });
    expect(looked).toEqual([0, 1_000, 2_000, 3_000]);
    // Once, however often it is looked at.
    expect(said).toEqual(['looking at the checks', 'not there yet, looked at again, for 2.5 s in all: slow']);
  });

  test('looks again at what could not be read while its time lasts', async () => {
    let looks = 0;
    const it = roundOf({
      shaky: async () => {
        looks += 1;
        if (looks < 3) throw new Error('the API server is away');
        return finding('passed');
      },
    });
    expect(await evaluateFinally([planned('shaky', 'converge')], it.round)).toMatchObject([{ result: 'passed' }]);
  });

  test('keeps the last result, not the best one', async () => {
    let looks = 0;
    const it = roundOf({
      flaps: async () => {
        looks += 1;
        return finding('failed', `look ${looks}`);
      },
    });
    const [result] = await evaluateFinally([planned('flaps', 'converge', 2_000)], it.round);
    expect(result).toMatchObject({ result: 'failed', found: 'look 3' });
  });

  test('judges to the moment of Submit, and what converges to the moment of its look', async () => {
    const untils: Record<string, number[]> = { hold: [], slow: [] };
    const it = roundOf({
      hold: async (context) => {
        untils['hold']?.push(context.until);
        return finding('passed');
      },
      slow: async (context) => {
        untils['slow']?.push(context.until);
        return finding(it.clock.monotonic() >= 1_000 ? 'passed' : 'failed');
      },
    });
    const submitted = it.round.until;
    await evaluateFinally([planned('hold', 'hold'), planned('slow', 'converge')], it.round);
    expect(untils).toEqual({ hold: [submitted], slow: [submitted, submitted + 1_000] });
  });

  test('ends between two looks when it is interrupted', async () => {
    const abort = new AbortController();
    const reason = new KubewrightError('INTERRUPTED', 'Ctrl-C');
    const it = roundOf({ slow: async () => finding('failed') }, { signal: abort.signal });
    const looking = evaluateFinally([planned('slow', 'converge', 600_000)], it.round);
    setImmediate(() => abort.abort(reason));
    await expect(looking).rejects.toBe(reason);
  });
});
