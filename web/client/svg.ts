/** Makes SVG elements as dom.ts makes HTML ones: text is always text. Numbers are rounded, a tenth of a pixel is enough. */
export function s<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
  ...children: (Node | string | false | undefined)[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, String(typeof value === 'number' ? round(value) : value));
  }
  for (const child of children) if (child !== undefined && child !== false) element.append(child);
  return element;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
