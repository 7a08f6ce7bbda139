import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createOutput, inert } from '../../../engine/cli/output.ts';

function screen() {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  }) as unknown as NodeJS.WriteStream;
  return { stream, text: () => text };
}

test.each([
  ['\u001b]52;c;cm0gLXJmIC8=\u0007', '\\x1b]52;c;cm0gLXJmIC8=\\x07'],
  ['\u001b]0;title\u001b\\', '\\x1b]0;title\\x1b\\'],
  ['\u009b31mred', '\\x9b31mred'],
  ['over\rwritten\b\b', 'over\\x0dwritten\\x08\\x08'],
  ['two\n\tlines, ä, 🙂', 'two\n\tlines, ä, 🙂'],
])('what a terminal would obey is written out: %j', (text, shown) => {
  expect(inert(text)).toBe(shown);
});

test('nothing that is printed for a person makes the terminal do anything', () => {
  const [out, err] = [screen(), screen()];
  const output = createOutput(out.stream, err.stream);
  const hostile = 'a\u001b[2J\u001b]52;c;eA==\u0007';
  output.line(hostile);
  output.say(hostile);
  output.step({ step: 's', title: hostile, state: 'failed' });
  output.json({ hostile });
  expect(JSON.parse(out.text().split('\n').slice(1).join('\n'))).toEqual({ hostile });
  const printed = out.text() + err.text();
  expect(['\u001b', '\u0007'].filter((char) => printed.includes(char))).toEqual([]);
});
