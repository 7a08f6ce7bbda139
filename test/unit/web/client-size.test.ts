import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { installationRoot } from '../../../engine/system/paths.ts';

const built = join(installationRoot(), 'web', 'client', 'dist');
const mostBytes = 400_000;

test('the built page is under 400 kB gzipped, fonts aside', () => {
  if (!existsSync(join(built, 'index.html'))) throw new Error('the page is not built: run "npm run build:client"');
  const files = readdirSync(built, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(woff2?|ttf|otf)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const sizes = files.map((file) => [file.slice(built.length + 1), gzipSync(readFileSync(file)).length] as const);
  const sum = sizes.reduce((all, [, size]) => all + size, 0);
  expect(sum, sizes.map(([file, size]) => `${file} ${size}`).join(', ')).toBeLessThan(mostBytes);
  // The page and its terminal are among them.
  expect(sizes.length).toBeGreaterThanOrEqual(4);
});
