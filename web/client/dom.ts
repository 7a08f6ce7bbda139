/** The only way this page makes elements: text is always text, and there is no way to pass markup. */
export type Child = Node | string | false | undefined;

export interface Attributes {
  readonly class?: string;
  readonly testid?: string;
  /** Anything else that is set with setAttribute; false and undefined leave it out, true sets it empty. */
  readonly attr?: Readonly<Record<string, string | boolean | undefined>>;
  readonly on?: { readonly [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void };
}

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (attributes.class !== undefined) element.className = attributes.class;
  if (attributes.testid !== undefined) element.dataset['testid'] = attributes.testid;
  for (const [name, value] of Object.entries(attributes.attr ?? {})) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  for (const [name, listener] of Object.entries(attributes.on ?? {})) {
    element.addEventListener(name, listener as EventListener);
  }
  append(element, children);
  return element;
}

export function replaceChildren(element: Element, ...children: Child[]): void {
  element.replaceChildren();
  append(element, children);
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) if (child !== undefined && child !== false) element.append(child);
}

export interface ButtonOptions {
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly testid?: string;
  readonly title?: string;
  readonly icon?: Node;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

export function button(label: string, options: ButtonOptions): HTMLButtonElement {
  const { kind = 'plain', testid, title, icon, disabled, onClick } = options;
  return h(
    'button',
    {
      class: `button button-${kind}`,
      ...(testid === undefined ? {} : { testid }),
      attr: { type: 'button', title, disabled },
      on: { click: onClick },
    },
    icon,
    label,
  );
}

/** A page or a part of one: what to show, and what to end when it goes. */
export interface View {
  readonly element: HTMLElement;
  dispose(): void;
}
