import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of this installation: where scenarios/ and clusters/ are. Correct for the checkout and for a packed tarball (dist/engine/system). */
export function installationRoot(): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  // Only the packed form is JavaScript; a checkout may lie in a folder called dist.
  return import.meta.url.endsWith('.js') ? join(here, '../../..') : join(here, '../..');
}

/** Sessions, results, one kubeconfig per session: KUBEWRIGHT_HOME, else the XDG state folder. */
export function stateRoot(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(
    filled(env['KUBEWRIGHT_HOME']) ??
      join(filled(env['XDG_STATE_HOME']) ?? join(homedir(), '.local/state'), 'kubewright'),
  );
}

/** Binaries and build results that can be made again: KUBEWRIGHT_CACHE, else the XDG cache folder. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(
    filled(env['KUBEWRIGHT_CACHE']) ?? join(filled(env['XDG_CACHE_HOME']) ?? join(homedir(), '.cache'), 'kubewright'),
  );
}

/** A variable that is set to nothing counts as not set (XDG Base Directory Specification). */
function filled(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
