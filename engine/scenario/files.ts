import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { compareText } from './problem.ts';

const mostBytes = 256 * 1024;

/** Of a scenario's whole folder, all of which is read for the fingerprint of its proof: far above what a scenario needs. */
export const folderLimits = { files: 500, bytes: 5 * 1024 * 1024, depth: 8 } as const;

/** What is wrong with a folder as a whole; each with what to do about it. */
export interface FolderProblem {
  readonly message: string;
  readonly remedy: string;
}

/**
 * Looks at everything below a folder without reading it: no links, no devices and pipes, and no more of all than the
 * limits. A folder that goes on for ever is left at the first limit it passes.
 */
export async function surveyFolder(folder: string): Promise<FolderProblem[]> {
  const problems: FolderProblem[] = [];
  const waiting = [{ path: '', depth: 0 }];
  let files = 0;
  let bytes = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, depth } = next;
    if (depth > folderLimits.depth) {
      return [{ message: `the folder is nested more than ${folderLimits.depth} deep`, remedy: 'Flatten it.' }];
    }
    for (const name of await listNames(join(folder, path))) {
      const inner = path === '' ? name : `${path}/${name}`;
      const facts = await lstat(join(folder, inner)).catch(() => undefined);
      if (facts === undefined) continue;
      files += 1;
      if (files > folderLimits.files) {
        return [
          { message: `the folder has more than ${folderLimits.files} files`, remedy: 'Remove what is no part of it.' },
        ];
      }
      if (facts.isDirectory()) waiting.push({ path: inner, depth: depth + 1 });
      else if (facts.isSymbolicLink()) {
        problems.push({ message: `"${inner}" is a link`, remedy: 'Put the file itself into the folder.' });
      } else if (!facts.isFile()) {
        problems.push({ message: `"${inner}" is neither a file nor a folder`, remedy: 'Remove it.' });
      } else bytes += facts.size;
    }
  }
  if (bytes > folderLimits.bytes) {
    const message = `the files of the folder have more than ${folderLimits.bytes} bytes together`;
    problems.push({ message, remedy: 'Remove what is no part of it, or make it shorter.' });
  }
  return problems;
}

/** A file's text, or why it is not given out. */
export type ReadResult = { readonly text: string } | { readonly refused: string; readonly remedy: string };

/**
 * Reads a text file that must be inside a folder: no absolute path, no "..", no symbolic link that leads out. A byte
 * order mark is dropped. What is wrong with the file is a result, never an exception.
 */
export async function readInside(folder: string, relative: string): Promise<ReadResult> {
  if (relative.includes('\0') || relative.includes('\\')) {
    return {
      refused: `the path ${JSON.stringify(relative)} holds a forbidden character`,
      remedy: 'Use "/" and plain names.',
    };
  }
  const outside = {
    refused: `"${relative}" is outside the folder`,
    remedy: 'Put the file into the folder and name it by a relative path without "..".',
  };
  if (isAbsolute(relative) || relative.split('/').includes('..')) return outside;
  try {
    const root = await realpath(folder);
    const real = await realpath(join(root, relative));
    if (!real.startsWith(root + sep)) return outside;
    const facts = await stat(real);
    if (!facts.isFile()) return { refused: `"${relative}" is not a file`, remedy: 'Name a regular file.' };
    if (facts.size > mostBytes) {
      return { refused: `"${relative}" has ${facts.size} bytes; ${mostBytes} are allowed`, remedy: 'Make it shorter.' };
    }
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(real)) };
  } catch (error) {
    if (error instanceof TypeError) {
      return { refused: `"${relative}" is not UTF-8 text`, remedy: 'Save the file as UTF-8.' };
    }
    return {
      refused: `"${relative}" cannot be read: ${reasonOf(error)}`,
      remedy: 'Make the file, or correct the path.',
    };
  }
}

/** Names in a folder, sorted by code units; none when the folder is not there. */
export async function listNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted(compareText);
  } catch {
    return [];
  }
}

/** Names of the folders in a folder, sorted by code units, those that begin with a dot left out. */
export async function listFolders(folder: string): Promise<string[]> {
  const names = (await listNames(folder)).filter((name) => !name.startsWith('.'));
  const kinds = await Promise.all(
    names.map(async (name) => (await stat(join(folder, name)).catch(() => undefined))?.isDirectory()),
  );
  return names.filter((_, index) => kinds[index] === true);
}

/** Whether anything has that name, a dangling link included. */
export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no such file' : String(code ?? error);
}
