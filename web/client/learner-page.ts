import type { DomainProgress, Progress, ScenarioProgress, Try } from '../../engine/domain/progress.ts';
import type { VerdictWord } from '../../engine/domain/verdict.ts';
import { api, wordsOf } from './api.ts';
import { startDrill } from './catalogue.ts';
import { confirmed, toast } from './dialog.ts';
import { button, h, replaceChildren, type View } from './dom.ts';
import { problem } from './problem.ts';
import { saveFile } from './save-file.ts';
import { durationText } from './time.ts';
import { domainName } from './words.ts';

/** What was practised, what it came to, and what to practise next. The data is the learner's: to take along, and to delete. */
export function learnerPage(): View {
  const content = h('div', { attr: { 'aria-busy': 'true' } }, h('p', { class: 'waiting-line' }, 'Loading …'));
  const element = h(
    'main',
    { class: 'page learner' },
    h('div', { class: 'page-head' }, h('h1', {}, 'Progress')),
    content,
  );
  const show = async () => {
    try {
      const progress = await api.progress();
      content.removeAttribute('aria-busy');
      replaceChildren(
        content,
        nextPart(progress),
        domainsPart(progress.domains),
        drillsPart(progress.scenarios),
        dataPart(progress.results.length > 0, () => void show()),
      );
    } catch (error) {
      replaceChildren(content, problem(wordsOf(error), button('Try again', { onClick: () => void show() })));
    }
  };
  void show();
  return { element, dispose: () => undefined };
}

function nextPart({ next, drills, passed }: Progress): HTMLElement {
  const words =
    drills === 0
      ? 'Nothing has been judged yet. Begin with one of these.'
      : `${drills} ${drills === 1 ? 'drill' : 'drills'} judged, ${passed} passed as the exam would see it.`;
  return h(
    'section',
    { class: 'learner-part', attr: { 'aria-labelledby': 'next-title' } },
    h('h2', { attr: { id: 'next-title' } }, next.length === 0 ? 'Everything is practised' : 'What to practise next'),
    h('p', { class: 'note' }, words),
    next.length > 0 &&
      h(
        'ul',
        { class: 'next' },
        ...next.map(({ scenario, title, why }) => {
          const go = button('Start', {
            testid: `next-${scenario}`,
            onClick: () => {
              go.disabled = true;
              void startDrill(scenario).finally(() => {
                go.disabled = false;
              });
            },
          });
          return h('li', { class: 'box' }, h('h3', {}, title), h('p', {}, why), go);
        }),
      ),
  );
}

function domainsPart(domains: readonly DomainProgress[]): HTMLElement {
  return h(
    'section',
    { class: 'learner-part', attr: { 'aria-labelledby': 'domains-title' } },
    h('h2', { attr: { id: 'domains-title' } }, 'By domain'),
    h(
      'ul',
      { class: 'domains' },
      ...domains.map(({ domain, weight, scenarios, passed, mastered }) =>
        h(
          'li',
          { testid: `domain-${domain}` },
          h(
            'span',
            { class: 'domain-name' },
            domainName(domain),
            h('span', { class: 'domain-weight' }, weight === 0 ? '' : `${weight} % of the exam`),
          ),
          meter(scenarios, passed, mastered),
          h(
            'span',
            { class: 'domain-count' },
            scenarios === 0 ? 'no drills yet' : `${passed} of ${scenarios} passed, ${mastered} without harm`,
          ),
        ),
      ),
    ),
  );
}

/** A cell for each drill: first those passed without harm, then those passed as the exam sees it, then what is left. */
function meter(all: number, passed: number, mastered: number): HTMLElement {
  const kind = (at: number) => (at < mastered ? 'mastered' : at < passed ? 'passed' : 'left');
  return h(
    'span',
    { class: 'meter', attr: { 'aria-hidden': 'true' } },
    ...Array.from({ length: all }, (_, at) => h('i', { class: `meter-${kind(at)}` })),
  );
}

function drillsPart(scenarios: readonly ScenarioProgress[]): HTMLElement {
  const heads = ['Drill', 'Domain', 'Tries', 'Last', 'Best', 'Planned'];
  return h(
    'section',
    { class: 'learner-part', attr: { 'aria-labelledby': 'drills-title' } },
    h('h2', { attr: { id: 'drills-title' } }, 'By drill'),
    h(
      'div',
      { class: 'table-frame', attr: { tabindex: '0', role: 'region', 'aria-labelledby': 'drills-title' } },
      h(
        'table',
        { class: 'results-table', testid: 'progress-table' },
        h('thead', {}, h('tr', {}, ...heads.map((name) => h('th', { attr: { scope: 'col' } }, name)))),
        h(
          'tbody',
          {},
          ...scenarios.map(({ scenario, title, domain, tries, last, best, minutes }) =>
            h(
              'tr',
              { testid: `progress-${scenario}` },
              h('td', { class: 'drill-name' }, title),
              h('td', {}, domainName(domain)),
              h('td', {}, String(tries)),
              h('td', {}, last === undefined ? '–' : tryLink(last)),
              h('td', {}, best === undefined ? '–' : tryLink(best)),
              h('td', {}, `${minutes} min`),
            ),
          ),
        ),
      ),
    ),
  );
}

const tryWords = { passed: 'passed', failed: 'not passed', inconclusive: 'inconclusive' } as const satisfies Record<
  VerdictWord,
  string
>;

function tryLink({ result, tookMs, exam, operations }: Try): HTMLElement {
  const word = exam === 'passed' && operations === 'failed' ? 'passed with harm' : tryWords[exam];
  const tone = exam === 'passed' ? (operations === 'passed' ? 'passed' : 'inconclusive') : exam;
  return h(
    'a',
    { class: 'try', attr: { href: `#/debrief/${result}` } },
    h('span', { class: `score score-${tone}` }, word),
    ` ${durationText(tookMs)}`,
  );
}

function dataPart(hasData: boolean, onDeleted: () => void): HTMLElement {
  const exportAll = async () => {
    try {
      saveFile('kubewright-data.json', 'application/json', `${JSON.stringify(await api.exportData(), undefined, 2)}\n`);
    } catch (error) {
      toast(wordsOf(error));
    }
  };
  const deleteAll = async () => {
    const isMeant = await confirmed({
      title: 'Delete all results?',
      text: ['Results, debriefs, recordings and exams that are over are deleted for good. Drills that run stay.'],
      yes: 'Delete',
      isDangerous: true,
    });
    if (!isMeant) return;
    try {
      await api.deleteData();
      onDeleted();
    } catch (error) {
      toast(wordsOf(error));
    }
  };
  return h(
    'section',
    { class: 'learner-part', attr: { 'aria-labelledby': 'data-title' } },
    h('h2', { attr: { id: 'data-title' } }, 'Your data'),
    h('p', { class: 'note' }, 'Everything is in one file on this machine and goes nowhere else.'),
    h(
      'div',
      { class: 'actions' },
      button('Export', { testid: 'export-data', disabled: !hasData, onClick: () => void exportAll() }),
      button('Delete all', { testid: 'delete-data', disabled: !hasData, onClick: () => void deleteAll() }),
    ),
  );
}
