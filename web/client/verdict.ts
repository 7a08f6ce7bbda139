import type { Verdict } from '../../engine/domain/verdict.ts';
import type { Desk, SessionRow } from '../../engine/engine.ts';
import { api, wordsOf } from './api.ts';
import { toast } from './dialog.ts';
import { button, h, type View } from './dom.ts';
import { resultList, spokenVerdict, verdictCards } from './results.ts';
import { durationText } from './time.ts';

/** After Submit: what the drill came to, for good. */
export function verdictView(options: {
  readonly session: SessionRow;
  readonly verdict: Verdict;
  readonly desk: Desk | undefined;
  readonly title: string;
  readonly onDesk: () => void;
  readonly onStop: () => void;
  readonly onReset: () => void;
}): View {
  const { session, verdict, desk, title, onDesk, onStop, onReset } = options;
  const passed = verdict.checks.filter((check) => check.result === 'passed').length;
  const taskIds = desk?.tasks.map((task) => task.id) ?? [...new Set(verdict.checks.map((check) => check.task))];
  const element = h(
    'main',
    { class: 'page verdict-page', testid: 'verdict' },
    h('p', { class: 'eyebrow' }, 'Verdict'),
    h('h1', {}, title),
    h('p', { class: 'spoken', attr: { role: 'status' } }, spokenVerdict(verdict)),
    verdictCards(verdict),
    h(
      'dl',
      { class: 'figures' },
      figure('Checks passed', `${passed} of ${verdict.checks.length}`),
      session.readyAt !== undefined &&
        session.finishedAt !== undefined &&
        figure('Time', durationText(Date.parse(session.finishedAt) - Date.parse(session.readyAt))),
      desk !== undefined && figure('Planned', `${desk.minutes} min`),
    ),
    ...taskIds.map((task, index) =>
      h(
        'section',
        { class: 'verdict-task' },
        h('h2', {}, taskIds.length === 1 ? 'Checks' : `Task ${index + 1}`),
        resultList(verdict.checks.filter((check) => check.task === task)),
      ),
    ),
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

async function openDebrief(session: string): Promise<void> {
  try {
    const result = await api.resultOf(session);
    if (result === null) toast({ message: 'Nothing was kept of this drill.', remedy: 'Its record could not be read.' });
    else location.hash = `#/debrief/${result.number}`;
  } catch (error) {
    toast(wordsOf(error));
  }
}

function figure(name: string, value: string): HTMLElement {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value));
}
