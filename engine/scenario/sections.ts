/** A heading of a markdown text with everything up to the next heading of the same or a higher level. */
export interface Section {
  readonly anchor: string;
  readonly markdown: string;
  /** Offset of the section in the text. */
  readonly offset: number;
}

/**
 * Splits a markdown text at its "#" headings. An anchor is the heading's text as GitHub makes it: small letters,
 * spaces as "-", punctuation left out; a second heading of the same text gets "-1". Headings in code fences are text.
 */
export function splitSections(markdown: string): Section[] {
  const headings: { anchor: string; level: number; offset: number }[] = [];
  const seen = new Map<string, number>();
  let offset = 0;
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined) {
      const heading = /^ {0,3}(#{1,6})[ \t]+(\S.*)$/.exec(line.trimEnd());
      if (mark !== undefined) fence = mark;
      else if (heading !== null) {
        const slug = slugOf(heading[2] ?? '');
        const count = seen.get(slug) ?? 0;
        seen.set(slug, count + 1);
        const anchor = count === 0 ? slug : `${slug}-${count}`;
        headings.push({ anchor, level: heading[1]?.length ?? 1, offset });
      }
    } else if (mark?.startsWith(fence)) fence = undefined;
    offset += line.length + 1;
  }
  return headings.map((heading, index) => {
    const next = headings.slice(index + 1).find((later) => later.level <= heading.level);
    return {
      anchor: heading.anchor,
      offset: heading.offset,
      markdown: `${markdown.slice(heading.offset, next?.offset).trimEnd()}\n`,
    };
  });
}

function slugOf(heading: string): string {
  return heading
    .replace(/[ \t]+#+$/, '')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');
}
