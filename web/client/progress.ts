import type { SessionRow, StepProgress } from '../../engine/engine.ts';
import { button, h, replaceChildren, type View } from './dom.ts';
import { icon } from './icons.ts';
import { problem } from './problem.ts';
import { clockText, durationText, everySecond } from './time.ts';

export interface ProgressView extends View {
  state(session: SessionRow): void;
  step(step: StepProgress): void;
}

const titles = {
  provisioning: 'Making your cluster',
  failed: 'The drill did not start',
  stopping: 'Taking the cluster down',
} as const;

/** The steps of making or taking down a cluster as they happen. */
export function progressView(options: {
  readonly title: string;
  readonly onStop: () => void;
  readonly onRetry: () => void;
}): ProgressView {
  const { title, onStop, onRetry } = options;
  const steps = new Map<string, { progress: StepProgress; seenAt: number }>();
  let session: SessionRow | undefined;

  const head = h('h1');
  const clock = h('span', { class: 'clock', attr: { role: 'timer' } });
  const list = h('ol', { class: 'steps', attr: { 'aria-label': 'Steps' } });
  const spoken = h('p', { class: 'spoken', attr: { role: 'status' } });
  const trouble = h('div');
  const actions = h('div', { class: 'actions' });
  const element = h(
    'main',
    { class: 'page progress' },
    h('p', { class: 'eyebrow' }, title),
    h('div', { class: 'progress-head' }, head, clock),
    trouble,
    list,
    spoken,
    actions,
  );

  const remember = (progress: StepProgress) => {
    const known = steps.get(progress.step);
    const isSame = known?.progress.state === progress.state;
    // A detail that was heard stays until the step says another one.
    const detail = progress.detail ?? (isSame ? known?.progress.detail : undefined);
    steps.set(progress.step, {
      progress: detail === undefined ? progress : { ...progress, detail },
      seenAt: isSame && known !== undefined ? known.seenAt : Date.now(),
    });
    if (!isSame && progress.state !== 'waiting') spoken.textContent = `${progress.title}: ${progress.state}`;
  };

  const draw = () => {
    replaceChildren(list, ...[...steps.values()].map((step) => stepItem(step.progress, Date.now() - step.seenAt)));
    if (session === undefined) return;
    const end = session.state === 'provisioning' ? Date.now() : undefined;
    clock.textContent = end === undefined ? '' : clockText(end - Date.parse(session.createdAt));
  };
  const dispose = everySecond(draw);

  return {
    element,
    dispose,

    step(step) {
      remember(step);
      draw();
    },

    state(next) {
      const isOther = session?.state !== next.state;
      session = next;
      // The session's steps are those of its making; what it says while it is taken down comes one by one.
      if (next.state !== 'stopping') for (const step of next.steps) remember(step);
      else if (isOther) steps.clear();
      if (isOther && (next.state === 'provisioning' || next.state === 'failed' || next.state === 'stopping')) {
        head.textContent = titles[next.state];
        replaceChildren(
          trouble,
          next.state === 'failed' &&
            problem(
              next.error ?? { message: 'It ended without a reason.', remedy: 'Look at the log of the server.' },
              button('Try again', { kind: 'primary', testid: 'retry', onClick: onRetry }),
            ),
        );
        replaceChildren(
          actions,
          next.state === 'provisioning' && button('Stop', { kind: 'plain', testid: 'stop', onClick: onStop }),
          next.state === 'failed' && button('Remove this record', { kind: 'quiet', testid: 'stop', onClick: onStop }),
        );
      }
      draw();
    },
  };
}

function stepItem(step: StepProgress, seenForMs: number): HTMLElement {
  const took =
    step.tookMs !== undefined ? durationText(step.tookMs) : step.state === 'running' ? clockText(seenForMs) : '';
  return h(
    'li',
    { class: `step step-${step.state}`, testid: `step-${step.step}`, attr: { 'data-state': step.state } },
    h(
      'span',
      { class: 'step-icon' },
      step.state === 'done' ? icon('passed', 14) : step.state === 'failed' && icon('failed', 14),
    ),
    h(
      'span',
      { class: 'step-text' },
      h('span', { class: 'step-title' }, step.title),
      step.detail !== undefined &&
        (step.state === 'running' || step.state === 'failed') &&
        h('span', { class: 'step-detail' }, step.detail),
    ),
    h('span', { class: 'step-time' }, took),
  );
}
