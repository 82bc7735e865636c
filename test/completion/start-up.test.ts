import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** The files that are loaded before anything is done. */
async function loadedFirst(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    outdir: 'unused',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const outputs = Object.entries(metafile.outputs);
  const first = outputs.find(([, { entryPoint }]) => entryPoint === entry)?.[0] ?? '';
  const reached = new Set([first]);
  for (const name of reached) {
    const imports = metafile.outputs[name]?.imports ?? [];
    for (const { path, kind } of imports) if (kind === 'import-statement') reached.add(path);
  }
  return [...reached].flatMap((name) => Object.keys(metafile.outputs[name]?.inputs ?? {}));
}

test('completion loads no library: it is started anew for every Tab', async () => {
  const loaded = await loadedFirst('src/completion/complete.ts');
  expect(loaded).toContain('src/completion/candidates.ts');
  expect(loaded.filter((file) => file.startsWith('node_modules/'))).toEqual([]);
});
