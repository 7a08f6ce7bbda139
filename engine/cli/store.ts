import { join, resolve } from 'node:path';
import { backUpStore, restoreStore } from '../store/backup.ts';
import { stateRoot } from '../system/paths.ts';
import { type CommandContext, exitCodes } from './command.ts';

const storeFile = () => join(stateRoot(), 'kubewright.db');

/** Writes sessions, results and journal into one file. */
export function backup({ output }: Pick<CommandContext, 'output'>, file: string): number {
  backUpStore(storeFile(), resolve(file));
  output.say(`The store is in ${file}.`);
  return exitCodes.ok;
}

/** Puts a backup in the place of the store. */
export async function restore({ output }: Pick<CommandContext, 'output'>, file: string): Promise<number> {
  const former = await restoreStore(storeFile(), resolve(file));
  output.say(`The store is that of ${file} now; the former one is in ${former}.`);
  return exitCodes.ok;
}
