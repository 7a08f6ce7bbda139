#!/usr/bin/env -S node --max-semi-space-size=1
// Plain JavaScript that also old Nodes can read: it finds a Node that can run the rest.
// In the checkout that is the one of the devDependency `node`; in a packed installation the user's own.
// What passes through the server lives for a moment only: collected in small steps, a flood of ten terminals costs it
// 26 MiB instead of 81 (test/unit/web/terminal-flood.test.ts with 100 MB each, Node 24).
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const packed = join(here, '../../dist/engine/cli/main.js');
const source = join(here, 'main.ts');
const main = existsSync(source) ? source : packed;
// What Node makes of our files is kept, beside what else can be made again (cacheRoot() of engine/system/paths.ts): "list"
// takes 1.7 s instead of 2.0 on two cores. Where it can't be written nothing is kept.
const caches =
  process.env.KUBEWRIGHT_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kubewright');
const compiled = process.env.NODE_COMPILE_CACHE || join(caches, 'compiled');
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 22)) {
  module.enableCompileCache(compiled);
  await import(main);
} else {
  const own = join(here, '../../node_modules/node/bin/node');
  if (!existsSync(own)) {
    process.stderr.write(
      `kubewright needs Node 22.22 or newer; this is ${process.versions.node}. In the checkout run "npm ci" first.\n`,
    );
    process.exit(3);
  }
  const env = { ...process.env, NODE_COMPILE_CACHE: compiled };
  const child = spawn(own, [...process.execArgv, main, ...process.argv.slice(2)], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}
