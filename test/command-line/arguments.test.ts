import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

interface Loaded {
  readonly default?: { readonly args?: Record<string, { readonly ignoreStdin?: boolean }> };
}

/** Under src/commands a file with a default export is a command. */
const folder = resolve('src/commands');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

test('no argument of any command is taken from standard input', { timeout: 200_000 }, async () => {
  const modules = await Promise.all(files.map((file): Promise<Loaded> => import(join(folder, file))));
  const args = modules.flatMap(({ default: command }, index) =>
    Object.entries(command?.args ?? {}).map(([name, { ignoreStdin }]) => ({ file: files[index], name, ignoreStdin })),
  );
  expect(args.length).toBeGreaterThan(10);
  expect(args.filter(({ ignoreStdin }) => ignoreStdin !== true)).toEqual([]);
});
