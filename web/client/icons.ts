const shapes = {
  passed: ['M3.5 8.5l3 3 6-7'],
  failed: ['M4 4l8 8M12 4l-8 8'],
  errored: ['M8 3.5v5.5', 'M8 12.2v.3'],
  waiting: ['M5 8h6'],
  search: ['M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Z', 'M10.7 10.7 14 14'],
  sun: [
    'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
    'M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  ],
  moon: ['M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z'],
  half: ['M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z', 'M8 2v12'],
  clock: ['M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z', 'M8 4.8V8l2.2 1.6'],
  host: ['M2.5 3h11v7.5h-11z', 'M5.5 13.5h5'],
  node: ['M8 1.8 13.4 4.9v6.2L8 14.2 2.6 11.1V4.9z'],
  up: ['M4 10l4-4 4 4'],
  down: ['M4 6l4 4 4-4'],
  plus: ['M8 3v10M3 8h10'],
  close: ['M4 4l8 8M12 4l-8 8'],
  split: ['M2.5 3h11v10h-11z', 'M8 3v10'],
  smaller: ['M2.5 13 6 4l3.5 9M3.7 10h4.6', 'M11 8h4'],
  larger: ['M2.5 13 6 4l3.5 9M3.7 10h4.6', 'M11 8h4M13 6v4'],
  speak: ['M2.5 6h2.5l3-2.5v9L5 10H2.5z', 'M10.5 5.8a3 3 0 0 1 0 4.4', 'M12.3 4a5.6 5.6 0 0 1 0 8'],
  bulb: ['M5.8 10.2a4 4 0 1 1 4.4 0V12H5.8z', 'M6.5 14h3'],
  flag: ['M4 14V2.5', 'M4 3h8.5l-2 3 2 3H4'],
  arrow: ['M3 8h9', 'M8.5 4.5 12 8l-3.5 3.5'],
} as const satisfies Record<string, readonly string[]>;

export type IconName = keyof typeof shapes;

/** A line icon in the colour of the text; it says nothing to a screen reader, its label does. */
export function icon(name: IconName, size = 16): SVGSVGElement {
  const svg = createSvg('svg', {
    viewBox: '0 0 16 16',
    width: String(size),
    height: String(size),
    'aria-hidden': 'true',
    class: `icon icon-${name}`,
  });
  for (const path of shapes[name]) svg.append(createSvg('path', { d: path }));
  return svg;
}

/** The product's mark: an attitude indicator, banked, with the wings of the aircraft. */
export function mark(size: number): SVGSVGElement {
  const svg = createSvg('svg', {
    viewBox: '0 0 32 32',
    width: String(size),
    height: String(size),
    'aria-hidden': 'true',
    class: 'mark',
  });
  svg.append(
    createSvg('circle', { cx: '16', cy: '16', r: '15', class: 'mark-sky' }),
    createSvg('path', { d: 'M1.9 21.1A15 15 0 0 0 30.1 10.9Z', class: 'mark-ground' }),
    createSvg('path', { d: 'M6 16h6.2l1.8 2.6h4l1.8-2.6H26', class: 'mark-wings' }),
    createSvg('circle', { cx: '16', cy: '13.4', r: '2', class: 'mark-star' }),
  );
  return svg;
}

function createSvg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>>,
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
