import { expect, test } from 'vitest';
import { splitSections } from '../../../engine/scenario/sections.ts';

const text = `before
# The House
one
## Open, the "Door"!
two
\`\`\`sh
# not a heading
\`\`\`
### Mind
three
## Open the door ##
four
`;

test('a section goes to the next heading of its level or a higher one', () => {
  const sections = Object.fromEntries(splitSections(text).map(({ anchor, markdown }) => [anchor, markdown]));
  expect(Object.keys(sections)).toEqual(['the-house', 'open-the-door', 'mind', 'open-the-door-1']);
  expect(sections['the-house']).toBe(text.slice('before\n'.length));
  expect(sections['open-the-door']).toBe('## Open, the "Door"!\ntwo\n```sh\n# not a heading\n```\n### Mind\nthree\n');
  expect(sections['open-the-door-1']).toBe('## Open the door ##\nfour\n');
});

test('line ends of Windows do not change an anchor', () => {
  expect(splitSections('# One two\r\ntext\r\n').map(({ anchor }) => anchor)).toEqual(['one-two']);
});

test('a section knows where it stands', () => {
  for (const { offset, markdown } of splitSections(text))
    expect(text.slice(offset).startsWith(markdown.trimEnd())).toBe(true);
});

test('a text without headings has no sections', () => {
  expect(splitSections('#no heading\n    # code\n')).toEqual([]);
});
