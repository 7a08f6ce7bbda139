import type { Verdict } from '../../engine/domain/verdict.ts';
import type { Desk, SessionRow } from '../../engine/engine.ts';
import { api, wordsOf } from './api.ts';
import { confirmed, toast } from './dialog.ts';
import { button, h, replaceChildren, type View } from './dom.ts';
import { icon, mark } from './icons.ts';
import { outsideLink, renderMarkdown } from './markdown-view.ts';
import { resultList, spokenVerdict, verdictCards } from './results.ts';
import { splitter } from './splitter.ts';
import { tabList } from './tab-list.ts';
import type { TerminalView } from './terminal.ts';
import { themeSwitch } from './theme.ts';
import { clockText, everySecond } from './time.ts';

export interface DeskView extends View {
  state(session: SessionRow): void;
}

/** Where the learner works: the task and the checks beside a terminal for each machine. */
export function deskView(options: {
  readonly desk: Desk;
  readonly session: SessionRow;
  readonly onStop: () => void;
  readonly onReset: () => void;
  readonly onVerdict: () => void;
}): DeskView {
  const { desk, onStop, onReset, onVerdict } = options;
  let session = options.session;
  const spoken = h('p', { class: 'spoken', attr: { 'aria-live': 'polite', role: 'status' } });

  // Left: the task and the checks.
  const checksPanel = h('div', { class: 'panel-body', testid: 'results' });
  const side = tabList({
    label: 'Task and checks',
    kind: 'side',
    tabs: [
      { id: 'task', label: 'Task', testid: 'side-task', panel: taskPanel(desk) },
      { id: 'checks', label: 'Checks', testid: 'side-checks', panel: checksPanel },
    ],
  });
  const showNoResults = () =>
    replaceChildren(
      checksPanel,
      h(
        'p',
        { class: 'empty' },
        'Press Check for a look at how things stand: nothing becomes final. Submit ends the drill.',
      ),
    );
  showNoResults();

  const showVerdict = (verdict: Verdict) => {
    const passed = verdict.checks.filter((check) => check.result === 'passed').length;
    side.relabel('checks', `Checks ${passed}/${verdict.checks.length}`);
    replaceChildren(checksPanel, verdictCards(verdict), resultList(verdict.checks));
    side.select('checks');
    spoken.textContent = spokenVerdict(verdict);
  };

  // Right: a terminal for each machine, opened when it is first looked at.
  const terminals = new Map<string, TerminalView>();
  const check = button('Check', { testid: 'check', title: 'Look at all checks now', onClick: () => void runCheck() });
  const submit = button('Submit', { kind: 'primary', testid: 'submit', onClick: () => void runSubmit() });
  const machines = tabList({
    label: 'Machines',
    kind: 'machines',
    tabs: desk.machines.map(({ name, role }) => ({
      id: name,
      label: role === 'student' ? 'student host' : name,
      testid: `tab-${name}`,
      icon: icon(role === 'student' ? 'host' : 'node', 14),
      title: role === 'student' ? 'The host you work on' : `${name}, ${role}`,
      panel: h('div', { class: 'terminal-panel' }),
    })),
    onSelect: (name, panel) => void openTerminal(name, panel),
  });
  let isGone = false;
  const openTerminal = async (name: string, panel: HTMLElement) => {
    const { createTerminalView } = await import('./terminal.ts');
    if (isGone) return;
    let view = terminals.get(name);
    if (view === undefined) {
      view = createTerminalView({ session: session.id, machine: name, onLeave: () => check.focus() });
      terminals.set(name, view);
      panel.append(view.element);
    }
    view.show();
  };

  const whileBusy = async (pressed: HTMLButtonElement, busyLabel: string, work: () => Promise<void>) => {
    const label = pressed.textContent;
    check.disabled = true;
    submit.disabled = true;
    pressed.textContent = busyLabel;
    pressed.setAttribute('aria-busy', 'true');
    try {
      await work();
    } catch (error) {
      toast(wordsOf(error));
    }
    pressed.textContent = label;
    pressed.removeAttribute('aria-busy');
    showButtons();
  };
  const runCheck = () =>
    whileBusy(check, 'Checking …', async () => {
      showVerdict(await api.check(session.id));
    });
  const runSubmit = async () => {
    const isMeant = await confirmed({
      title: 'Submit your work?',
      text: ['This ends the drill: everything is judged once and for good. The cluster stays until you stop it.'],
      yes: 'Submit',
    });
    if (!isMeant) return;
    await whileBusy(submit, 'Judging …', async () => {
      await api.finish(session.id);
      onVerdict();
    });
  };

  const clock = h('span', { class: 'clock', attr: { role: 'timer' } });
  const showClock = () => {
    const from = Date.parse(session.readyAt ?? session.createdAt);
    const to = session.finishedAt === undefined ? Date.now() : Date.parse(session.finishedAt);
    const isOver = to - from > desk.minutes * 60_000;
    clock.classList.toggle('clock-over', isOver);
    replaceChildren(
      clock,
      icon('clock', 14),
      h('span', { class: 'clock-now' }, clockText(to - from)),
      h('span', { class: 'clock-plan' }, `of ${desk.minutes} min`),
    );
    clock.title = isOver ? 'Over the planned time. Nothing ends by itself.' : 'Time since the drill was ready';
  };
  const stopClock = everySecond(showClock);

  const seeVerdict = button('See the verdict', { kind: 'primary', testid: 'see-verdict', onClick: onVerdict });
  const showButtons = () => {
    const isFinished = session.state === 'finished';
    for (const element of [check, submit]) {
      element.hidden = isFinished;
      element.disabled = session.state !== 'ready';
    }
    seeVerdict.hidden = !isFinished;
  };
  showButtons();

  const sideElement = h('aside', { class: 'side', attr: { 'aria-label': 'Task and checks' } }, side.element);
  const element = h(
    'main',
    { class: 'desk' },
    h(
      'div',
      { class: 'desk-bar' },
      h('a', { class: 'brand', attr: { href: '#/', 'aria-label': 'All drills', title: 'All drills' } }, mark(26)),
      h('h1', { attr: { title: desk.title } }, desk.title),
      clock,
      h(
        'div',
        { class: 'desk-actions' },
        button('Reset', {
          kind: 'quiet',
          testid: 'reset',
          title: 'The same drill on a fresh cluster',
          onClick: onReset,
        }),
        button('Stop', {
          kind: 'quiet',
          testid: 'stop',
          title: 'End the drill and remove its cluster',
          onClick: onStop,
        }),
        check,
        submit,
        seeVerdict,
        themeSwitch(),
      ),
    ),
    h(
      'div',
      { class: 'desk-split' },
      sideElement,
      splitter(sideElement, { storageKey: 'kubewright-split', label: 'Width of the task' }),
      h('section', { class: 'machines', attr: { 'aria-label': 'Terminals' } }, machines.element),
    ),
    spoken,
  );

  const first = desk.machines[0];
  // Once it is in the page: a terminal measures the box it is in.
  if (first !== undefined) requestAnimationFrame(() => machines.select(first.name));

  return {
    element,
    state(next) {
      session = next;
      showButtons();
      showClock();
    },
    dispose() {
      isGone = true;
      stopClock();
      for (const terminal of terminals.values()) terminal.dispose();
    },
  };
}

function taskPanel(desk: Desk): HTMLElement {
  const isOne = desk.tasks.length === 1;
  return h(
    'div',
    { class: 'panel-body', testid: 'task' },
    ...desk.tasks.map((task, index) =>
      h(
        'section',
        { class: 'task' },
        h(
          'p',
          { class: 'task-head' },
          h('span', {}, isOne ? 'Task' : `Task ${index + 1}`),
          h('span', { class: 'points' }, `${task.points} ${task.points === 1 ? 'point' : 'points'}`),
        ),
        renderMarkdown(task.markdown),
      ),
    ),
    desk.references.length > 0 &&
      h(
        'section',
        { class: 'references' },
        h('h3', {}, 'Allowed reading'),
        h('ul', {}, ...desk.references.map((url) => h('li', {}, referenceLink(url)))),
      ),
  );
}

function referenceLink(url: string): Node | string {
  if (!url.startsWith('https://') || !URL.canParse(url)) return url;
  const { hostname, pathname } = new URL(url);
  const last = pathname.split('/').filter(Boolean).at(-1) ?? hostname;
  const link = outsideLink(url, last.replaceAll('-', ' '));
  link.title = url;
  return link;
}
