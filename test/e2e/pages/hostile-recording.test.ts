import { afterAll, beforeAll, expect, test } from 'vitest';
import { anew, escapeCorpus, hyperlink, oddAddresses } from './escape-corpus.ts';
import { type HostileLab, startHostileLab } from './hostile-lab.ts';
import { queries } from './query-corpus.ts';

/**
 * The player of the debrief has a screen of its own: what is recorded does there what it does live, which is nothing. The
 * recording is from the student host, where root may write what it likes: also what is no recording.
 */
/** So many seconds of the recording show one thing. */
const stepS = 10;

const outputs = [
  ...escapeCorpus.map(({ output }) => Buffer.from(output).toString('utf8')),
  queries.join(''),
  'x'.repeat(4_000_000),
];
const links = [...oddAddresses, 'https://evil.test/looks?like=kubernetes.io'];
const linksAt = (outputs.length + 1) * stepS;
const endsAt = linksAt + links.length * stepS;
const cast = [
  // The result of the lab began at 1 s.
  JSON.stringify({ version: 2, width: 'pwned', height: 30, timestamp: 1 }),
  ...outputs.map((output, at) => JSON.stringify([at * stepS, 'o', `${anew}number ${at}\r\n${output}`])),
  JSON.stringify([outputs.length * stepS, 'r', '99999999x99999999']),
  'null',
  '["1", "o", "pwned"]',
  '[1, "o", {"toString": "pwned"}]',
  JSON.stringify([outputs.length * stepS, 'r', '80x24']),
  ...links.map((address, at) =>
    JSON.stringify([linksAt + at * stepS, 'o', `${anew}${hyperlink(address, 'press here '.repeat(3))}`]),
  ),
  JSON.stringify([endsAt, 'o', `${anew}the end`]),
  `[${endsAt}, "o", "torn`,
].join('\n');

let lab: HostileLab;
beforeAll(async () => {
  lab = await startHostileLab(cast);
});
afterAll(async () => {
  await lab.close();
});

test('a hostile recording is shown from end to end and does nothing to the page', async () => {
  const { page, guard, screen, pressFirstRow, close } = await lab.open('#/debrief/1');
  const title = await page.title();
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.method()} ${request.url()}`));
  page.on('websocket', (socket) => sent.push(`socket ${socket.url()}`));
  const slider = page.getByRole('slider', { name: 'Moment' });
  const goTo = (seconds: number) => slider.fill(String(seconds * 1000));

  for (const at of outputs.keys()) {
    await goTo(at * stepS);
    expect(await guard.deeds(), escapeCorpus[at]?.name).toEqual([]);
  }
  await goTo(endsAt);
  await expect.poll(screen).toBe('the end');
  // From the end to the beginning, and played from there.
  await goTo(0);
  await expect.poll(screen).toContain('number 0');
  await page.getByTestId('play').click();
  await expect.poll(screen).toContain('number 1');
  await page.getByTestId('play').click();
  expect(await guard.deeds()).toEqual([]);

  for (const [at, address] of links.slice(0, -1).entries()) {
    await goTo(linksAt + at * stepS);
    await expect.poll(screen).toContain('press here');
    await pressFirstRow();
    expect(await guard.deeds(), address).toEqual([]);
  }
  await goTo(endsAt - stepS);
  await expect.poll(screen).toContain('press here');
  await guard.deeds();
  await pressFirstRow();
  expect(await page.getByRole('dialog').innerText()).toContain('evil.test');
  expect(await guard.deeds()).toEqual(['element DIALOG']);
  await page.getByTestId('cancel').click();

  expect(sent).toEqual([]);
  expect(await page.title()).toBe(title);
  await close();
});

test('dragging over all of a long recording leaves it whole', async () => {
  const { page, guard, screen, close } = await lab.open('#/debrief/1');
  await expect.poll(screen).toContain('number 0');
  // As a hand does: many moments, forth and back, before the first one has been drawn.
  await page.evaluate(`(() => {
    const slider = document.querySelector('.player-slider');
    for (let turn = 0; turn < 20; turn += 1) {
      for (const moment of [0, ${endsAt * 1000}]) {
        slider.value = moment;
        slider.dispatchEvent(new Event('input', { bubbles: true }));
      }
    }
  })()`);
  await expect.poll(screen, { timeout: 120_000 }).toBe('the end');
  expect(await guard.deeds()).toEqual([]);
  await close();
});
