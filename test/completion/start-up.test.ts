import { relative } from 'node:path';
import { build } from 'rolldown';
import { expect, test } from 'vitest';

/** The files that are loaded before anything is done. */
async function loadedFirst(entry: string): Promise<string[]> {
  const { output } = await build({ input: entry, platform: 'node', write: false, logLevel: 'silent' });
  const chunks = new Map(output.flatMap((part) => (part.type === 'chunk' ? [[part.fileName, part] as const] : [])));
  const first = [...chunks.values()].find(({ isEntry }) => isEntry)?.fileName ?? '';
  const reached = new Set([first]);
  for (const name of reached) for (const path of chunks.get(name)?.imports ?? []) reached.add(path);
  return [...reached].flatMap((name) => chunks.get(name)?.moduleIds ?? []).map((file) => relative('.', file));
}

test('completion loads no library: it is started anew for every Tab', async () => {
  const loaded = await loadedFirst('src/completion/complete.ts');
  expect(loaded).toContain('src/completion/candidates.ts');
  expect(loaded.filter((file) => file.startsWith('node_modules/'))).toEqual([]);
});
