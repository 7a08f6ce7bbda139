import type { ScenarioProgress } from '../../engine/domain/progress.ts';
import type { PoolState, ScenarioPage, SessionRow } from '../../engine/engine.ts';
import { api, Refused, wordsOf } from './api.ts';
import { catalogueBar } from './catalogue-bar.ts';
import { isChosen } from './catalogue-choice.ts';
import { confirmed, toast } from './dialog.ts';
import { button, h, replaceChildren, type View } from './dom.ts';
import { icon } from './icons.ts';
import { poolLine, waitsFor } from './pool-line.ts';
import { problem } from './problem.ts';
import { shortTeaser } from './teaser.ts';
import { domainName } from './words.ts';

const stateWords = {
  provisioning: 'Starting',
  ready: 'Running',
  finished: 'Judged',
  stopping: 'Stopping',
  failed: 'Did not start',
} as const satisfies Record<SessionRow['state'], string>;

interface Known {
  readonly scenarios: readonly ScenarioPage[];
  readonly sessions: readonly SessionRow[];
  readonly progress: readonly ScenarioProgress[];
  readonly pool: PoolState;
}

/** All drills there are, and which of them run. */
export function cataloguePage(): View {
  const list = h('div', { class: 'cards', attr: { 'aria-busy': 'true' } });
  let known: Known = { scenarios: [], sessions: [], progress: [], pool: { size: 0, waiting: [] } };
  const pool = poolLine();
  const bar = catalogueBar(() => draw());
  const element = h(
    'main',
    { class: 'page catalogue' },
    h(
      'div',
      { class: 'page-head' },
      h('h1', {}, 'Drills'),
      h(
        'p',
        { class: 'lead' },
        'Each one is a real cluster with a real fault. You get a shell; a machine judges the end state and the way there.',
      ),
    ),
    bar.element,
    pool.element,
    list,
  );

  const draw = () => {
    const { scenarios, sessions, progress } = known;
    pool.tell(known.pool);
    const cards = scenarios
      .map((scenario) => ({ scenario, done: progress.find((one) => one.scenario === scenario.id) }))
      .filter(({ scenario, done }) => isChosen(scenario, done?.best?.exam === 'passed', bar.choice))
      .map(({ scenario, done }) =>
        card(scenario, latestOf(sessions, scenario.id), done, waitsFor(scenario.id, known.pool)),
      );
    const domains = [...new Set(scenarios.map(({ domain }) => domain))].toSorted();
    bar.tell(domains, cards.length, scenarios.length);
    const nothing = () =>
      h(
        'div',
        { class: 'nothing', testid: 'catalogue-nothing' },
        h('p', {}, 'No drill is like that.'),
        button('Show all drills', { onClick: () => bar.clear() }),
      );
    replaceChildren(list, ...(cards.length === 0 ? [nothing()] : cards));
  };

  /** What it costs is asked of the engine: the drills must not wait for one that hangs, nor go when it does not answer. */
  const showPool = async () => {
    const waiting = await api.pool().catch(() => known.pool);
    if (JSON.stringify(waiting) === JSON.stringify(known.pool)) return;
    known = { ...known, pool: waiting };
    draw();
  };
  const show = async () => {
    try {
      const [scenarios, sessions, progress] = await Promise.all([api.scenarios(), api.sessions(), api.progress()]);
      list.removeAttribute('aria-busy');
      bar.element.hidden = scenarios.length === 0;
      if (scenarios.length === 0) {
        return replaceChildren(
          list,
          problem({
            message: 'There are no drills.',
            remedy: 'Run "kubewright lint": it says which scenarios do not load.',
          }),
        );
      }
      known = { ...known, scenarios, sessions, progress: progress.scenarios };
      draw();
      void showPool();
    } catch (error) {
      replaceChildren(list, problem(wordsOf(error), button('Try again', { onClick: () => void show() })));
    }
  };
  const again = () => void show();
  window.addEventListener('focus', again);
  again();
  return { element, dispose: () => window.removeEventListener('focus', again) };
}

/** Starts a drill and goes to it; offers the one that is running. Says whether it was started. */
export async function startDrill(scenario: string): Promise<boolean> {
  try {
    const { session } = await api.start(scenario);
    location.hash = `#/drill/${session}`;
    return true;
  } catch (error) {
    if (!(error instanceof Refused) || error.session === undefined) {
      toast(wordsOf(error));
      return false;
    }
    const goesOn = await confirmed({
      title: 'This drill is running already',
      text: ['Its cluster is there, with your shells as you left them.'],
      yes: 'Go on in it',
    });
    if (goesOn) location.hash = `#/drill/${error.session}`;
    return false;
  }
}

function latestOf(sessions: readonly SessionRow[], scenario: string): SessionRow | undefined {
  return sessions
    .filter((session) => session.scenario === scenario && session.exam === undefined)
    .toSorted((left, right) => right.createdAt.localeCompare(left.createdAt))[0];
}

function card(
  scenario: ScenarioPage,
  session: SessionRow | undefined,
  done: ScenarioProgress | undefined,
  isWaitedFor: boolean,
): HTMLElement {
  const { from, to } = scenario.versions;
  const { controlPlanes, workers } = scenario.shape;
  const isAlive = session !== undefined && session.state !== 'failed' && session.state !== 'stopping';
  const go = button(isAlive ? (session.state === 'finished' ? 'Verdict' : 'Go on') : 'Start', {
    kind: 'primary',
    testid: `start-${scenario.id}`,
    onClick: () => {
      if (isAlive) {
        location.hash = `#/drill/${session.id}`;
        return;
      }
      go.disabled = true;
      void startDrill(scenario.id).finally(() => {
        go.disabled = false;
      });
    },
  });
  return h(
    'article',
    { class: 'card', testid: `catalogue-card-${scenario.id}`, attr: { 'aria-labelledby': `title-${scenario.id}` } },
    h(
      'div',
      { class: 'card-top' },
      h(
        'span',
        { class: 'domain' },
        domainName(scenario.domain),
        h('span', { class: 'version' }, to === undefined ? `v${from}` : `v${from} → v${to}`),
      ),
      badge(session, done, isWaitedFor),
    ),
    h('h2', { attr: { id: `title-${scenario.id}` } }, scenario.title),
    h('p', { class: 'teaser' }, shortTeaser(scenario.teaser)),
    h(
      'div',
      { class: 'card-foot' },
      h(
        'ul',
        { class: 'facts' },
        h('li', {}, icon('clock', 14), `${scenario.minutes} min`),
        h('li', { class: `difficulty difficulty-${scenario.difficulty}` }, difficultyBars(), scenario.difficulty),
        h('li', {}, icon('node', 14), `${controlPlanes + workers} ${controlPlanes + workers === 1 ? 'node' : 'nodes'}`),
      ),
      go,
    ),
  );
}

/** What runs now is more than what was. */
function badge(
  session: SessionRow | undefined,
  done: ScenarioProgress | undefined,
  isWaitedFor: boolean,
): HTMLElement | undefined {
  if (session !== undefined) return h('span', { class: `badge badge-${session.state}` }, stateWords[session.state]);
  if (done?.best?.exam === 'passed') return h('span', { class: 'badge badge-passed' }, 'Passed');
  if (isWaitedFor) return h('span', { class: 'badge badge-ready' }, 'Cluster waits');
  return done === undefined || done.tries === 0 ? undefined : h('span', { class: 'badge' }, 'Tried');
}

function difficultyBars(): HTMLElement {
  return h('span', { class: 'bars', attr: { 'aria-hidden': 'true' } }, h('i'), h('i'), h('i'));
}
