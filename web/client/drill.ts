import type { ClusterLook, Glance, HintBoard } from '../../engine/domain/aids.ts';
import type { Desk, SessionRow } from '../../engine/engine.ts';
import { api, wordsOf } from './api.ts';
import { startDrill } from './catalogue.ts';
import { deskView } from './desk.ts';
import { confirmed, toast } from './dialog.ts';
import { h, type View } from './dom.ts';
import { followSession } from './live.ts';
import { progressView } from './progress.ts';
import { verdictView } from './verdict.ts';

type Stage = 'progress' | 'desk' | 'verdict';

type StageView = View & {
  state?(session: SessionRow): void;
  look?(look: ClusterLook): void;
  glance?(glance: Glance): void;
};

/** One session, whatever it is doing: being made, worked in, judged, taken down. Follows it until it is no more. */
export function drillPage(session: string): View {
  const root = h('div', { class: 'drill' });
  const offline = h('div', { class: 'offline', attr: { role: 'status', hidden: true } });
  const element = h('div', { class: 'drill-frame' }, offline, root);
  let stage: Stage | undefined;
  let view: StageView | undefined;
  /** What was told last of the cluster, for a desk that is opened later. */
  let look: ClusterLook | undefined;
  let glance: Glance | undefined;
  let title = '';
  let desk: Desk | undefined;
  let wantsDesk = false;
  let row: SessionRow | undefined;
  let isStopAsked = false;
  let isDisposed = false;

  const onStop = () => void askToStop();
  const askToStop = async () => {
    const isWork = row?.state === 'ready' || row?.state === 'finished';
    const isMeant =
      !isWork ||
      (await confirmed({
        title: 'Stop this drill?',
        text: ['Its cluster and everything done in it are removed.'],
        yes: 'Stop and remove',
        isDangerous: true,
      }));
    if (!isMeant) return;
    isStopAsked = true;
    await api.stop(session).catch((error: unknown) => {
      isStopAsked = false;
      toast(wordsOf(error));
    });
  };

  const onReset = () => void askToReset();
  const askToReset = async () => {
    const isMeant = await confirmed({
      title: 'Begin again on a fresh cluster?',
      text: ['The cluster and everything done in it are removed; the same drill is made anew. It takes a few minutes.'],
      yes: 'Reset',
      isDangerous: true,
    });
    if (isMeant) await api.reset(session).catch((error: unknown) => toast(wordsOf(error)));
  };

  const stageOf = (next: SessionRow): Stage => {
    if (next.state === 'ready') return 'desk';
    if (next.state === 'finished') return wantsDesk || next.verdict === undefined ? 'desk' : 'verdict';
    return 'progress';
  };

  const show = (next: SessionRow, made: StageView) => {
    view?.dispose();
    view = made;
    root.replaceChildren(made.element);
    focusHeading(made.element);
    document.title = `${title} · kubewright`;
    made.state?.(next);
    if (look !== undefined) made.look?.(look);
    if (glance !== undefined) made.glance?.(glance);
  };

  const makeProgress = () => {
    const onRetry = () => {
      if (row !== undefined) void startAgain(row);
    };
    const made = progressView({ title, onStop, onRetry });
    progress = made;
    return made;
  };
  let progress: ReturnType<typeof progressView> | undefined;

  /** One after the other: a state that comes while a desk is being read waits for it. */
  let turn = Promise.resolve();
  const follow = (next: SessionRow) => {
    turn = becomeAfter(turn, next);
  };
  const becomeAfter = async (before: Promise<void>, next: SessionRow) => {
    await before;
    try {
      await become(next);
    } catch (error) {
      toast(wordsOf(error));
    }
  };
  const become = async (next: SessionRow) => {
    if (isDisposed) return;
    // A drill that was stopped while it was being made has failed for a moment: no news to who stopped it.
    if (isStopAsked && next.state === 'failed') return;
    if (next.exam !== undefined) {
      location.hash = `#/exam/${next.exam}`;
      return;
    }
    row = next;
    const wanted = stageOf(next);
    if (wanted === stage) return view?.state?.(next);
    if (title === '')
      title = (await api.scenarios()).find((scenario) => scenario.id === next.scenario)?.title ?? next.scenario;
    if (wanted === 'progress') [look, glance] = [undefined, undefined];
    else desk = await api.desk(session);
    let hints: HintBoard | undefined;
    if (wanted === 'verdict' && desk?.exam === false) hints = await api.hints(session);
    if (isDisposed) return;
    stage = wanted;
    progress = undefined;
    if (wanted === 'progress') show(next, makeProgress());
    else if (wanted === 'verdict' && next.verdict !== undefined) {
      const toDesk = () => {
        wantsDesk = true;
        follow(next);
      };
      const onJudgeAgain = async () => {
        await api.finish(session);
        const judged = await api.session(session);
        stage = undefined;
        follow(judged);
      };
      const { verdict } = next;
      show(
        next,
        verdictView({ session: next, verdict, desk, hints, title, onDesk: toDesk, onJudgeAgain, onStop, onReset }),
      );
      window.scrollTo(0, 0);
    } else if (desk !== undefined) {
      const toVerdict = () => {
        wantsDesk = false;
        void api.session(session).then(follow, (error: unknown) => toast(wordsOf(error)));
      };
      show(next, deskView({ desk, session: next, onStop, onReset, onVerdict: toVerdict }));
    }
  };

  const unfollow = followSession(session, {
    message(message) {
      switch (message.type) {
        case 'state':
          return follow(message.session);
        case 'step':
          return progress?.step(message.step);
        case 'look':
          look = message.look;
          return view?.look?.(look);
        case 'glance':
          glance = message.glance;
          return view?.glance?.(glance);
        case 'error':
          isStopAsked = false;
          void api.session(session).then(follow, (error: unknown) => toast(wordsOf(error)));
          return toast(message);
        case 'gone':
          if (row === undefined) toast({ message: 'That drill is no more.', remedy: 'Start one from the list.' });
          location.hash = '#/';
          return;
        case 'ping':
          return;
      }
    },
    attempts(count) {
      offline.hidden = count < 2;
      offline.textContent = 'The server does not answer. Your cluster and your shells go on; trying again.';
    },
  });

  return {
    element,
    dispose() {
      isDisposed = true;
      unfollow();
      view?.dispose();
    },
  };
}

/** A new drill instead of one that did not start, whose record then has no use. */
async function startAgain(failed: SessionRow): Promise<void> {
  if (await startDrill(failed.scenario)) await api.stop(failed.id).catch((error: unknown) => toast(wordsOf(error)));
}

/** Keyboard and screen reader begin at what is new; on the desk the terminal takes the keys. */
function focusHeading(element: HTMLElement): void {
  const heading = element.querySelector('h1');
  if (heading === null) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
