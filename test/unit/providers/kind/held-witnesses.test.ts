import { expect, test } from 'vitest';
import { createHeldWitnesses } from '../../../../engine/providers/kind/held-witnesses.ts';

function setUp() {
  const events: string[] = [];
  let count = 0;
  const held = createHeldWitnesses((session) => {
    const name = `${session}${(count += 1)}`;
    return {
      run: () => Promise.reject(new Error('nothing is run in this test')),
      open: async () => void events.push(`open ${name}`),
      close: () => void events.push(`close ${name}`),
    };
  });
  return { held, events };
}

test('the way that was held is the one that is taken, once, and it is the taker who closes it', async () => {
  const { held, events } = setUp();
  await held.hold('lab');
  const taken = held.take('lab');
  held.drop('lab');
  expect(events).toEqual(['open lab1']);
  taken.close();
  expect(events).toEqual(['open lab1', 'close lab1']);
  held.take('lab').close();
  expect(events.slice(2)).toEqual(['close lab2']);
});

test('what is held for a cluster that nobody took is closed with it', async () => {
  const { held, events } = setUp();
  await held.hold('lab');
  await held.hold('other');
  held.drop('lab');
  held.drop('lab');
  expect(events).toEqual(['open lab1', 'open other2', 'close lab1']);
});
