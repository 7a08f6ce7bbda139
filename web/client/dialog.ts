import { button, type Child, h } from './dom.ts';

/** Asks; resolves with true when the user confirms. Escape and a press beside the dialog mean no. */
export function confirmed(question: {
  readonly title: string;
  readonly text: readonly Child[];
  readonly yes: string;
  readonly no?: string;
  readonly isDangerous?: boolean;
}): Promise<boolean> {
  return new Promise((resolve) => {
    const close = (answer: boolean) => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const dialog = h(
      'dialog',
      {
        class: 'dialog',
        attr: { 'aria-labelledby': 'dialog-title' },
        on: {
          cancel: (event) => {
            event.preventDefault();
            close(false);
          },
          click: (event) => {
            if (event.target === dialog) close(false);
          },
        },
      },
      h(
        'div',
        { class: 'dialog-body' },
        h('h2', { attr: { id: 'dialog-title' } }, question.title),
        ...question.text.map((part) => (typeof part === 'string' ? h('p', {}, part) : part)),
        h(
          'div',
          { class: 'dialog-actions' },
          button(question.no ?? 'Cancel', { testid: 'cancel', onClick: () => close(false) }),
          button(question.yes, {
            kind: question.isDangerous === true ? 'danger' : 'primary',
            testid: 'confirm',
            onClick: () => close(true),
          }),
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector<HTMLButtonElement>('[data-testid="confirm"]')?.focus();
  });
}

const toastMs = 15_000;

/** A line that says what went wrong and what to do; leaves by a press, for the next one, or after a while. */
export function toast(words: { readonly message: string; readonly remedy?: string }): void {
  document.querySelector('.toast')?.remove();
  const element = h(
    'div',
    { class: 'toast', testid: 'toast', attr: { role: 'alert' } },
    h(
      'div',
      { class: 'toast-words' },
      h('strong', {}, words.message),
      words.remedy !== undefined && h('span', {}, words.remedy),
    ),
    button('Close', { kind: 'quiet', onClick: () => element.remove() }),
  );
  document.body.append(element);
  setTimeout(() => element.remove(), toastMs);
}
