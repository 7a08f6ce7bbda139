/** A server process with a fake engine whose terminals are the real holder's: node held-server.ts <socket> <client folder>. */
import { silentLog } from '../../../engine/system/log.ts';
import { createServer } from '../../../web/server/index.ts';
import { createFakeEngine } from './fake-engine.ts';
import { createFakeExams, createFakeRecords, fakePool } from './fake-records.ts';
import { createHeldShells } from './held-shells.ts';

const [socket = '', clientFolder = ''] = process.argv.slice(2);
const { engine } = createFakeEngine();
const shells = createHeldShells(socket);
engine.openTerminal = (_session, request) => shells.open(request);
const { exams } = createFakeExams();
const records = createFakeRecords();
const { url } = await createServer({
  ...{ engine, exams, records, pool: fakePool() },
  port: 0,
  log: silentLog,
  clientFolder,
});
process.stdout.write(`${url}\n`);
