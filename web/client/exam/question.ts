import type { ExamQuestion } from '../../../engine/domain/exam.ts';
import type { SessionRow } from '../../../engine/engine.ts';
import { api, wordsOf } from '../api.ts';
import { deskView } from '../desk.ts';
import { toast } from '../dialog.ts';
import { h, type View } from '../dom.ts';
import { followSession } from '../live.ts';
import { progressView } from '../progress.ts';

/** One question: its cluster being made, then the desk without what an exam does not have. */
export function questionView(options: {
  readonly question: ExamQuestion;
  readonly session: string;
  /** The keys leave the terminal: the desk's own bar is not shown. */
  readonly onLeave: () => void;
}): View {
  const { question, session, onLeave } = options;
  const element = h('div', { class: 'exam-desk', testid: 'exam-question' });
  let view: (View & { state?(session: SessionRow): void }) | undefined;
  let isDesk = false;
  let isGone = false;
  const progress = progressView({
    title: `Question ${question.number}: ${question.title}`,
    onStop: () => undefined,
    onRetry: () => undefined,
  });

  const become = (next: View & { state?(session: SessionRow): void }) => {
    view?.dispose();
    view = next;
    element.replaceChildren(next.element);
  };
  const follow = async (row: SessionRow) => {
    if (isGone) return;
    if (row.state !== 'ready') {
      if (view === undefined) become(progress);
      return view?.state?.(row);
    }
    if (isDesk) return view?.state?.(row);
    isDesk = true;
    try {
      const desk = await api.desk(session);
      if (isGone) return undefined;
      const nothing = () => undefined;
      become(deskView({ desk, session: row, onStop: nothing, onReset: nothing, onVerdict: nothing, onLeave }));
    } catch (error) {
      isDesk = false;
      toast(wordsOf(error));
    }
    return undefined;
  };
  const unfollow = followSession(session, {
    message(message) {
      if (message.type === 'state') void follow(message.session);
      else if (message.type === 'step') progress.step(message.step);
      else if (message.type === 'error') toast(message);
    },
    attempts: () => undefined,
  });
  return {
    element,
    dispose() {
      isGone = true;
      unfollow();
      view?.dispose();
    },
  };
}
