import type { ClusterLook, Glance, HintBoard } from '../../engine/domain/aids.ts';
import type { Desk, SessionRow } from '../../engine/engine.ts';
import { api, wordsOf } from './api.ts';
import { whileBusy } from './busy.ts';
import { checksPanel } from './checks-panel.ts';
import { confirmed, toast } from './dialog.ts';
import { button, h, replaceChildren, type View } from './dom.ts';
import { hintsPanel } from './hints.ts';
import { icon, mark } from './icons.ts';
import { outsideLink, type RunCommand, renderMarkdown } from './markdown-view.ts';
import { pageName } from './results.ts';
import { shellsView } from './shells.ts';
import { splitter } from './splitter.ts';
import { clusterStrip } from './strip.ts';
import { tabList } from './tab-list.ts';
import { themeSwitch } from './theme.ts';
import { clockText, everySecond } from './time.ts';

export interface DeskView extends View {
  state(session: SessionRow): void;
  look(look: ClusterLook): void;
  glance(glance: Glance): void;
}

/** Where the learner works: task, checks and hints beside the shells, and above them the cluster as it is now. */
export function deskView(options: {
  readonly desk: Desk;
  readonly session: SessionRow;
  readonly onStop: () => void;
  readonly onReset: () => void;
  readonly onVerdict: () => void;
  /** Where the keys go that leave a terminal; to the buttons of the desk's own bar when it is left out. */
  readonly onLeave?: () => void;
}): DeskView {
  const { desk, onStop, onReset, onVerdict } = options;
  let session = options.session;
  const spoken = h('p', { class: 'spoken', attr: { 'aria-live': 'polite', role: 'status' } });

  const check = button('Check', { testid: 'check', title: 'Look at all checks now', onClick: () => void runCheck() });
  const submit = button('Submit', { kind: 'primary', testid: 'submit', onClick: () => void runSubmit() });
  const say = (words: string) => {
    spoken.textContent = words;
  };

  // Right: the shells.
  const shells = shellsView({
    session: session.id,
    machines: desk.machines,
    onLeave: options.onLeave ?? (() => (submit.hidden ? seeVerdict : check).focus()),
  });

  // Left: the task, the checks and the hints. An exam has only the task.
  const checks = checksPanel({ desk, onCount: (label) => side.relabel('checks', label), onSpoken: say });
  const hints = hintsPanel({
    session: session.id,
    taskTitle: (task) => {
      const at = desk.tasks.findIndex(({ id }) => id === task);
      return at === -1 ? undefined : `task ${at + 1}`;
    },
    isOver: () => session.state === 'finished',
    onBoard: (board) => showHints(board),
  });
  const task = taskPanel(desk, desk.exam ? undefined : (command) => void shells.run(command));
  const side = tabList({
    label: desk.exam ? 'Task' : 'Task, checks and hints',
    kind: 'side',
    tabs: [
      { id: 'task', label: 'Task', testid: 'side-task', panel: task },
      ...(desk.exam
        ? []
        : [
            { id: 'checks', label: 'Checks', testid: 'side-checks', panel: checks.element },
            { id: 'hints', label: 'Hints', testid: 'side-hints', panel: hints.element },
          ]),
    ],
  });
  let board: HintBoard | undefined;
  const showHints = (next: HintBoard) => {
    const appeared = next.hints.filter(
      (hint) => hint.because !== undefined && board?.hints.every((other) => other.id !== hint.id),
    );
    board = next;
    hints.show(next);
    const waiting = next.hints.filter((hint) => hint.because !== undefined && hint.state === 'offered').length;
    side.relabel('hints', waiting === 0 ? 'Hints' : `Hints (${waiting})`);
    if (appeared.length > 0) say('There is a hint about what the cluster shows now.');
  };
  if (!desk.exam) void api.hints(session.id).then(showHints, (error: unknown) => toast(wordsOf(error)));

  const strip = clusterStrip();

  const whileJudging = async (...[pressed, busyLabel, work]: Parameters<typeof whileBusy>) => {
    check.disabled = true;
    submit.disabled = true;
    await whileBusy(pressed, busyLabel, work);
    showButtons();
  };
  const runCheck = () =>
    whileJudging(check, 'Checking …', async () => {
      checks.checked(await api.check(session.id));
      side.select('checks');
    });
  const runSubmit = async () => {
    const isMeant = await confirmed({
      title: 'Submit your work?',
      text: ['This ends the drill: everything is judged once and for good. The cluster stays until you stop it.'],
      yes: 'Submit',
    });
    if (!isMeant) return;
    await whileJudging(submit, 'Judging …', async () => {
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
      element.hidden = isFinished || (element === check && desk.exam);
      element.disabled = session.state !== 'ready';
    }
    seeVerdict.hidden = !isFinished;
  };
  showButtons();

  const sideElement = h('aside', { class: 'side', attr: { 'aria-label': 'Task' } }, side.element);
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
    strip.element,
    h(
      'div',
      { class: 'desk-split' },
      sideElement,
      splitter(sideElement, { storageKey: 'kubewright-split', label: 'Width of the task' }),
      h('section', { class: 'machines', attr: { 'aria-label': 'Terminals' } }, shells.element),
    ),
    spoken,
  );

  // Once it is in the page.
  requestAnimationFrame(() => shells.open());

  return {
    element,
    state(next) {
      const isOther = session.state !== next.state;
      session = next;
      showButtons();
      showClock();
      strip.rest(next.dozes === true);
      if (isOther && board !== undefined) hints.show(board);
    },
    look: (look) => strip.show(look),
    glance(glance) {
      if (desk.exam) return;
      if (glance.checks.length > 0) checks.glanced(glance.checks);
      showHints(glance.hints);
    },
    dispose() {
      stopClock();
      shells.dispose();
    },
  };
}

function taskPanel(desk: Desk, run: RunCommand | undefined): HTMLElement {
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
        renderMarkdown(task.markdown, run),
      ),
    ),
    desk.references.length > 0 &&
      h(
        'section',
        { class: 'references' },
        h('h2', {}, 'Allowed reading'),
        h('ul', {}, ...desk.references.map((url) => h('li', {}, referenceLink(url)))),
      ),
  );
}

function referenceLink(url: string): Node | string {
  if (!url.startsWith('https://') || !URL.canParse(url)) return url;
  const link = outsideLink(url, pageName(url));
  link.title = url;
  return link;
}
