/** What fits on a card of the catalogue in about five lines. */
const most = 190;

/** The first whole sentences that fit: a card does not end within a word. A first sentence that is too long ends after one. */
export function shortTeaser(text: string): string {
  let short = '';
  for (const sentence of text.match(/\S.*?(?:[.!?](?=\s|$)|$)/gs) ?? []) {
    const longer = short === '' ? sentence : `${short} ${sentence}`;
    if (longer.length > most) break;
    short = longer;
  }
  return short === '' && text !== '' ? `${text.slice(0, most).replace(/\s+\S*$/, '')} …` : short;
}
