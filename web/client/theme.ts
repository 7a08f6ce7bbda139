import { button } from './dom.ts';
import { icon } from './icons.ts';

type Theme = 'system' | 'light' | 'dark';
const order = ['system', 'light', 'dark'] as const;
const icons = { system: 'half', light: 'sun', dark: 'moon' } as const;
const storageKey = 'kubewright-theme';

/** Sets the colours the user chose last; without a choice they are the system's. */
export function applyStoredTheme(): void {
  apply(storedTheme());
}

/** A button that goes through system, light and dark. */
export function themeSwitch(): HTMLElement {
  const element = button('', { kind: 'quiet', testid: 'theme', onClick: () => show(nextTheme(), true) });
  const show = (theme: Theme, store: boolean) => {
    if (store) localStorage.setItem(storageKey, theme);
    apply(theme);
    element.replaceChildren(icon(icons[theme]));
    element.setAttribute('aria-label', `Colours: ${theme}. Change`);
    element.title = `Colours: ${theme}`;
  };
  show(storedTheme(), false);
  return element;
}

function nextTheme(): Theme {
  return order[(order.indexOf(storedTheme()) + 1) % order.length] ?? 'system';
}

function storedTheme(): Theme {
  const stored = localStorage.getItem(storageKey);
  return order.find((theme) => theme === stored) ?? 'system';
}

function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
