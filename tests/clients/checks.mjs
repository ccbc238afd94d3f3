// What the tours share: asserting, and reading the file tree that the test has made.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

export const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

export function expect(actual, wanted, what) {
  if (!isDeepStrictEqual(actual, wanted)) {
    throw new Error(`${what}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(actual)}`);
  }
}

export function step(text) {
  console.log(`ok  ${text}`);
}

/** Every file below the folder, by ascending path: where it goes to, and what is in it. */
export function readTree(root, target) {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => {
      const file = join(entry.parentPath ?? entry.path, entry.name);
      const folder = relative(root, dirname(file)).split(sep).join('/');
      const content = readFileSync(file);
      const path = posix.join(target, folder);
      return { file, path, name: entry.name, fullPath: posix.join(path, entry.name), content, sha256: sha256(content) };
    });
}

/** Files compared by path, as a listing must have them. */
export const sizes = files => Object.fromEntries(files.map(file => [file.fullPath, file.content.length]));
