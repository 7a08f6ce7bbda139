import { access, chmod, constants, mkdir, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, hostname, release } from 'node:os';
import { dirname } from 'node:path';
import { systemClock } from '../../engine/system/clock.ts';
import { systemExec } from '../../engine/system/exec.ts';
import type { HostAccess, HostFiles } from './host-access.ts';

const systemFiles: HostFiles = {
  async read(path) {
    try {
      return await readFile(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  exists: (path) => mayAccess(path, constants.F_OK),
  isExecutable: (path) => mayAccess(path, constants.X_OK),
  async list(folder) {
    try {
      return (await readdir(folder)).toSorted();
    } catch {
      return [];
    }
  },
  async write(path, text, mode = 0o644) {
    // The folders of /proc are there and refuse mkdir.
    if (!(await mayAccess(dirname(path), constants.F_OK))) await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    if (!path.startsWith('/proc/')) await chmod(path, mode);
  },
  remove: (path) => rm(path, { force: true }),
  async freeBytes(path) {
    let folder = path;
    while (!(await mayAccess(folder, constants.F_OK)) && dirname(folder) !== folder) folder = dirname(folder);
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};

/** This machine. */
export function createSystemHost(): HostAccess {
  return {
    exec: systemExec,
    files: systemFiles,
    env: process.env,
    clock: systemClock,
    machine: {
      platform: process.platform,
      arch: process.arch,
      isRoot: process.getuid?.() === 0,
      kernel: release(),
      nodeVersion: process.versions.node,
      home: homedir(),
      hostname: hostname(),
    },
    isPortFree,
    signalProcess(pid, signal) {
      try {
        return process.kill(pid, signal);
      } catch {
        return false;
      }
    },
  };
}

async function mayAccess(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}

function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
