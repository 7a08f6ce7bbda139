import { domainWeights } from '../domain/exam.ts';
import type { Progress, ScenarioProgress, Try } from '../domain/progress.ts';
import type { DrillResult } from '../domain/results.ts';
import type { VerdictWord } from '../domain/verdict.ts';
import type { ScenarioSummary } from '../engine.ts';

/** How many drills are proposed next. */
const proposed = 3;

/** What a learner's results come to; what procedures have done is nobody's progress. */
export function progressOf(scenarios: readonly ScenarioSummary[], results: readonly DrillResult[]): Progress {
  const own = results.filter(({ doneBy }) => doneBy === 'learner');
  const rows = scenarios.map((scenario) => rowOf(scenario, own));
  return {
    drills: own.length,
    passed: own.filter(({ verdict }) => verdict.exam === 'passed').length,
    domains: domainsOf(rows),
    scenarios: rows,
    next: rows
      .map((row) => ({ row, need: needOf(row) }))
      .filter(({ need }) => need.weight > 0)
      .toSorted((a, b) => b.need.weight - a.need.weight)
      .slice(0, proposed)
      .map(({ row, need }) => ({ scenario: row.scenario, title: row.title, why: need.why })),
  };
}

function rowOf({ id, title, domain, minutes }: ScenarioSummary, results: readonly DrillResult[]): ScenarioProgress {
  const tries = results.filter(({ scenario }) => scenario === id).map(toTry);
  const last = tries.at(-1);
  const best = tries.toSorted((a, b) => rank(b) - rank(a) || a.tookMs - b.tookMs)[0];
  return {
    ...{ scenario: id, title, domain, minutes, tries: tries.length },
    ...(last === undefined ? {} : { last }),
    ...(best === undefined ? {} : { best }),
  };
}

function toTry({ number, finishedAt, startedAt, verdict }: DrillResult): Try {
  return {
    result: number,
    finishedAt,
    tookMs: finishedAt - startedAt,
    exam: verdict.exam,
    operations: verdict.operations,
  };
}

const worth = { passed: 2, inconclusive: 1, failed: 0 } as const satisfies Record<VerdictWord, number>;
const rank = (one: Try) => worth[one.exam] * 3 + worth[one.operations];

function domainsOf(rows: readonly ScenarioProgress[]): Progress['domains'] {
  const names = [...new Set([...Object.keys(domainWeights), ...rows.map(({ domain }) => domain)])];
  return names.map((domain) => {
    const of = rows.filter((row) => row.domain === domain);
    return {
      domain,
      weight: domainWeights[domain] ?? 0,
      scenarios: of.length,
      passed: of.filter(({ last }) => last?.exam === 'passed').length,
      mastered: of.filter(({ last }) => last?.exam === 'passed' && last.operations === 'passed').length,
    };
  });
}

/** The more a domain counts in the exam and the less is known of a drill, the sooner it comes. */
function needOf({ domain, last, minutes }: ScenarioProgress): { weight: number; why: string } {
  const share = (domainWeights[domain] ?? 5) / 100;
  if (last === undefined) return { weight: 3 + share, why: 'You have not tried it yet.' };
  if (last.exam !== 'passed') {
    const why = last.exam === 'failed' ? 'The last try did not pass.' : 'The last try could not be judged.';
    return { weight: 4 + share, why };
  }
  if (last.operations !== 'passed')
    return { weight: 2 + share, why: 'It passed, but something was broken on the way.' };
  if (last.tookMs > minutes * 60_000)
    return { weight: 1 + share, why: `It passed, but took longer than ${minutes} min.` };
  return { weight: 0, why: '' };
}
