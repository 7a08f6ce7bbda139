import { createRandom } from '../../random.ts';
import { escapeCorpus } from './escape-corpus.ts';

/** Parts of output that look enough like terminal output to get deep into a parser: bytes, sequences, and cut sequences. */
export function randomOutput(seed: number, parts: number, partLength: number): Uint8Array[] {
  const random = createRandom(seed);
  const below = (most: number) => Math.floor(random() * most);
  const pick = <T>(list: readonly T[]): T | undefined => list[below(list.length)];
  const fragments = [
    () => Uint8Array.from({ length: 1 + below(64) }, () => below(256)),
    () => Buffer.from(pick(escapeCorpus)?.output ?? ''),
    () => Buffer.from(pick(escapeCorpus)?.output ?? '').subarray(0, below(32)),
    () =>
      Buffer.from(
        `\u001b[${pick(['', '?', '>', '='])}${below(2 ** below(32))};${below(300)}${pick([...'@ABCDHJKLMPSTXZbcfghlmnprstu'])}`,
      ),
    () => Buffer.from(`\u001b]${below(120)};${'pwned'.repeat(below(5))}`),
    () => Buffer.from(pick(['\u001b', '\u001b\\', '\u0007', '\u0018', '\u009c', '\r\n', '\u0301', '漢']) ?? ''),
  ] as const;
  return Array.from({ length: parts }, () => {
    const output = new Uint8Array(partLength);
    for (let at = 0; at < partLength; ) {
      const fragment = (pick(fragments)?.() ?? new Uint8Array()).subarray(0, partLength - at);
      output.set(fragment, at);
      at += fragment.length;
    }
    return output;
  });
}
