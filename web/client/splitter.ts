import { h } from './dom.ts';

const limits = { least: 288, most: 720, step: 24, usual: 376 } as const;

/** A bar to drag (or to move with the arrow keys) that sets the width of the part before it, in px, and remembers it. */
export function splitter(
  before: HTMLElement,
  options: { readonly storageKey: string; readonly label: string },
): HTMLElement {
  const { storageKey, label } = options;
  let width: number = limits.usual;

  const setWidth = (wanted: number) => {
    const most = Math.min(limits.most, window.innerWidth / 2);
    width = Math.round(Math.max(limits.least, Math.min(most, wanted)));
    before.style.width = `${width}px`;
    bar.setAttribute('aria-valuenow', String(width));
  };
  const keep = () => localStorage.setItem(storageKey, String(width));

  const bar = h('div', {
    class: 'splitter',
    attr: {
      role: 'separator',
      tabindex: '0',
      'aria-orientation': 'vertical',
      'aria-label': label,
      'aria-valuemin': String(limits.least),
      'aria-valuemax': String(limits.most),
    },
    on: {
      pointerdown: (event) => {
        bar.setPointerCapture(event.pointerId);
        event.preventDefault();
      },
      pointermove: (event) => {
        if (bar.hasPointerCapture(event.pointerId)) setWidth(event.clientX - before.getBoundingClientRect().left);
      },
      pointerup: keep,
      keydown: (event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        setWidth(width + (event.key === 'ArrowRight' ? limits.step : -limits.step));
        keep();
      },
      dblclick: () => {
        setWidth(limits.usual);
        keep();
      },
    },
  });
  setWidth(Number(localStorage.getItem(storageKey) ?? limits.usual) || limits.usual);
  return bar;
}
