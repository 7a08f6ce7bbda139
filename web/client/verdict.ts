import type { HintBoard } from '../../engine/domain/aids.ts';
import { scoreOf } from '../../engine/domain/score.ts';
import type { Verdict } from '../../engine/domain/verdict.ts';
import type { Desk, SessionRow } from '../../engine/engine.ts';
import { api, wordsOf } from './api.ts';
import { whileBusy } from './busy.ts';
import { toast } from './dialog.ts';
import { button, h, replaceChildren, type View } from './dom.ts';
import { problem } from './problem.ts';
import { resultList, spokenVerdict, verdictCards } from './results.ts';
import { durationText } from './time.ts';
import { walkthroughView } from './walkthrough.ts';

/** After Submit: what the drill came to, for good. */
export function verdictView(options: {
  readonly session: SessionRow;
  readonly verdict: Verdict;
  readonly desk: Desk | undefined;
  /** Missing in an exam. */
  readonly hints: HintBoard | undefined;
  readonly title: string;
  readonly onDesk: () => void;
  /** Has what could not be read looked at once more; the page is made anew with what came of it. */
  readonly onJudgeAgain: () => Promise<void>;
  readonly onStop: () => void;
  readonly onReset: () => void;
}): View {
  const { session, verdict, desk, hints, title, onDesk, onJudgeAgain, onStop, onReset } = options;
  const taskIds = desk?.tasks.map((task) => task.id) ?? [...new Set(verdict.checks.map((check) => check.task))];
  const read = (id: string) => {
    const pages = desk?.checks.find((check) => check.id === id)?.read ?? [];
    return pages.length > 0 ? pages : (desk?.references.filter((url) => URL.canParse(url)).slice(0, 2) ?? []);
  };
  const element = h(
    'main',
    { class: 'page verdict-page', testid: 'verdict' },
    h('p', { class: 'eyebrow' }, 'Verdict'),
    h('h1', {}, title),
    h('p', { class: 'spoken', attr: { role: 'status' } }, spokenVerdict(verdict)),
    verdictCards(verdict),
    verdict.operations === 'inconclusive' && openRest(onJudgeAgain),
    figures({ session, verdict, desk, hints }),
    ...taskIds.map((task, index) =>
      h(
        'section',
        { class: 'verdict-task' },
        h('h2', {}, taskIds.length === 1 ? 'Checks' : `Task ${index + 1}`),
        resultList(
          verdict.checks.filter((check) => check.task === task),
          { read },
        ),
      ),
    ),
    desk?.exam === false && solution(session.id),
    h(
      'div',
      { class: 'actions actions-foot' },
      button('Stop and remove the cluster', { kind: 'primary', testid: 'stop', onClick: onStop }),
      button('Debrief: what happened when', { testid: 'debrief', onClick: () => void openDebrief(session.id) }),
      button('Once more on a fresh cluster', { testid: 'reset', onClick: onReset }),
      button('Back to the desk', { kind: 'quiet', testid: 'back-to-desk', onClick: onDesk }),
    ),
  );
  return { element, dispose: () => undefined };
}

/** What passed or failed stands; what could not be read is looked at again, as it was at the moment of Submit. */
function openRest(onJudgeAgain: () => Promise<void>): HTMLElement {
  const judge = button('Look at it again', {
    kind: 'primary',
    testid: 'judge-again',
    onClick: () => void whileBusy(judge, 'Judging …', onJudgeAgain),
  });
  return h(
    'div',
    { class: 'open-rest' },
    h(
      'p',
      {},
      'Something could not be read when you submitted. What passed or failed stands; only the rest is judged again.',
    ),
    judge,
  );
}

async function openDebrief(session: string): Promise<void> {
  try {
    const result = await api.resultOf(session);
    location.hash = `#/debrief/${result.number}`;
  } catch (error) {
    toast(wordsOf(error));
  }
}

function figures(of: {
  readonly session: SessionRow;
  readonly verdict: Verdict;
  readonly desk: Desk | undefined;
  readonly hints: HintBoard | undefined;
}): HTMLElement {
  const { session, verdict, desk, hints } = of;
  const passed = verdict.checks.filter((check) => check.result === 'passed').length;
  const score = desk === undefined ? undefined : scoreOf(verdict, desk.tasks, hints ?? { spent: 0, gaveUp: false });
  const taken = hints?.hints.filter((hint) => hint.state === 'taken').length ?? 0;
  return h(
    'dl',
    { class: 'figures' },
    score !== undefined && figure('Points', `${score.earned} of ${score.possible}`, 'points'),
    figure('Checks passed', `${passed} of ${verdict.checks.length}`),
    session.readyAt !== undefined &&
      session.finishedAt !== undefined &&
      figure('Time', durationText(Date.parse(session.finishedAt) - Date.parse(session.readyAt))),
    desk !== undefined && figure('Planned', `${desk.minutes} min`),
    taken > 0 &&
      figure('Hints', `${taken} for ${hints?.spent === 1 ? '1 point' : `${hints?.spent ?? 0} points`}`, 'hints-cost'),
    hints?.gaveUp === true && figure('Solution', 'seen before Submit'),
  );
}

/** The reference procedure, read when it is opened. */
function solution(session: string): HTMLElement {
  const body = h('div', { class: 'solution-body' });
  let isAsked = false;
  const read = async () => {
    isAsked = true;
    try {
      replaceChildren(body, walkthroughView(await api.walkthrough(session, false)));
    } catch (error) {
      isAsked = false;
      replaceChildren(body, problem(wordsOf(error)));
    }
  };
  const details = h(
    'details',
    { class: 'solution-details', testid: 'solution', on: { toggle: () => details.open && !isAsked && void read() } },
    h('summary', {}, 'The solution, step by step'),
    body,
  );
  return details;
}

function figure(name: string, value: string, testid?: string): HTMLElement {
  return h('div', {}, h('dt', {}, name), h('dd', testid === undefined ? {} : { testid }, value));
}
