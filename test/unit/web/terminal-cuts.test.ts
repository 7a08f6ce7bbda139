import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTerminalLink, type LinkSocket, type LinkState } from '../../../web/client/terminal-link.ts';
import { createRandom } from '../../random.ts';
import { type HolderProcess, startHolder } from '../student-host/holder-process.ts';
import { type Harness, startHarness } from './harness.ts';
import { createHeldShells } from './held-shells.ts';

const cuts = 500;

/** Prints a stream that is known byte by byte for as long as it reads one: ends by saying what it has read and printed. */
const program = `
import hashlib, os, sys, threading
wanted = int(sys.argv[1])
read = hashlib.sha256()
def listen():
    left = wanted
    while left:
        data = os.read(0, min(left, 65536))
        read.update(data)
        left -= len(data)
listener = threading.Thread(target=listen)
listener.start()
os.write(1, b'BEGIN')
at = 0
while listener.is_alive():
    block = b''.join(b'%07x ' % word for word in range(at, at + 4096, 8))
    at += 4096
    while block:
        block = block[os.write(1, block):]
os.write(1, b'END ' + read.hexdigest().encode() + b' %d DONE' % at)
`;
const printed = (amount: number) => {
  const hash = createHash('sha256');
  for (let at = 0; at < amount; at += 4096) {
    hash.update(Array.from({ length: 512 }, (_, word) => `${(at + 8 * word).toString(16).padStart(7, '0')} `).join(''));
  }
  return hash.digest('hex');
};

let harness: Harness;
let holder: HolderProcess;
beforeEach(async () => {
  holder = await startHolder();
  harness = await startHarness();
  await harness.signIn();
}, 60_000);
afterEach(async () => {
  await harness.end();
  await holder.stop();
}, 60_000);

it(`loses and doubles no byte of output and no key over ${cuts} random cuts`, { timeout: 600_000 }, async () => {
  const seed = Number(process.env['KUBEWRIGHT_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));
  const random = createRandom(seed);
  const upTo = (most: number) => 1 + Math.trunc(random() * most);
  const session = await harness.startDrill();
  const shells = createHeldShells(holder.socket);
  harness.engine.openTerminal = (_session, request) => shells.open(request);

  // After so many more bytes the way is cut, and at as many places something is typed.
  const places = Array.from({ length: cuts }, () => upTo(16_000));
  const keys = places.map(() => Buffer.from(Array.from({ length: random() < 0.05 ? 3000 : upTo(6) }, () => upTo(120))));
  const typed = Buffer.concat(keys);

  const shown: Buffer[] = [];
  let received = 0;
  let done = 0;
  const kinds = { page: 0, holder: 0, early: 0 };
  const sockets: { terminate(): void; on(event: 'open', listener: () => void): void }[] = [];
  const cutWays = () => {
    const kind = random() < 0.25 ? 'holder' : 'page';
    kinds[kind] += 1;
    if (kind === 'holder') shells.breakAll();
    else sockets.at(-1)?.terminate();
  };
  let next = Infinity;
  const states: LinkState[] = [];
  const restarts: number[] = [];
  const link = createTerminalLink({
    path: `/ws/terminal/${session}/student/1`,
    screen: {
      cols: 80,
      rows: 24,
      write(bytes, parsed) {
        shown.push(Buffer.from(bytes));
        received += bytes.length;
        // Some of what came is still to be parsed when the way is cut.
        setImmediate(parsed);
        if (received < next || done >= cuts) return;
        next = received + (places[done] ?? 0);
        link.type((keys[done] ?? Buffer.alloc(0)).toString('latin1'));
        done += 1;
        cutWays();
      },
      restart: (lost) => restarts.push(lost),
    },
    openSocket(path) {
      const socket = harness.openSocket(path);
      socket.on('error', () => undefined);
      // A few connections are cut as soon as they are there, before anything was said.
      if (done > 0 && random() < 0.1) {
        kinds.early += 1;
        socket.on('open', () => socket.terminate());
      }
      sockets.push(socket);
      return socket as unknown as LinkSocket;
    },
    retryAfterMs: () => upTo(4),
    onState: (state) => states.push(state),
  });
  link.connect();

  writeFileSync(join(holder.home, 'program.py'), program);
  link.type(`stty raw -echo; python3 program.py ${typed.length}\r`);
  const all = () => Buffer.concat(shown);
  await expect.poll(() => all().includes('BEGIN'), { timeout: 60_000 }).toBe(true);
  next = received;
  await expect
    .poll(() => [done, Buffer.concat(shown.slice(-20)).includes('DONE')], { timeout: 500_000, interval: 200 })
    .toEqual([cuts, true]);
  link.close();

  const output = all();
  const from = output.indexOf('BEGIN', output.indexOf('program.py')) + 'BEGIN'.length;
  const to = output.indexOf('END ');
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const context = `seed ${seed}, ${JSON.stringify(kinds)}`;
  const [, readHash, amount] = output.subarray(to).toString().split(' ');
  expect([context, to - from, restarts]).toEqual([context, Number(amount), []]);
  expect([context, sha256(output.subarray(from, to))]).toEqual([context, printed(Number(amount))]);
  expect([context, readHash]).toEqual([context, sha256(typed)]);
  expect(kinds.page).toBeGreaterThan(0);
  expect(kinds.holder).toBeGreaterThan(0);
});
