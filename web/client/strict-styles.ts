/**
 * xterm's DOM renderer writes style elements and style attributes, and a strict Content-Security-Policy refuses both. Once
 * this has run, style elements made by script carry the nonce of this page, and spans and divs set a style attribute through
 * the CSSOM, which the policy allows. The whole document is told so since xterm's own documentOverride does not reach every
 * place (@xterm/xterm 6.0.0: Viewport.ts, DomRenderer.ts with the global document for its row factory).
 */
export function allowStylesByScript(): void {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  const create = document.createElement.bind(document);
  const createElement = (tag: string, options?: ElementCreationOptions): HTMLElement => {
    const element = create(tag, options);
    if (tag === 'style') element.nonce = nonce;
    if (tag === 'span' || tag === 'div') element.setAttribute = setAttribute;
    return element;
  };
  Object.defineProperty(document, 'createElement', { value: createElement, configurable: true });
}

function setAttribute(this: HTMLElement, name: string, value: string): void {
  if (name === 'style') this.style.cssText = value;
  else Element.prototype.setAttribute.call(this, name, value);
}
