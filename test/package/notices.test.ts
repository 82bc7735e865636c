import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';
import { expect, test } from 'vitest';
import { checkout } from './sandbox.ts';

const read = (file: string) => readFileSync(join(checkout, file), 'utf8');

/** The folders of packages that the sources import, found by a build of its own that writes nothing. */
async function bundledFolders(): Promise<Set<string>> {
  const files = readdirSync(join(checkout, 'src/commands'), { recursive: true, encoding: 'utf8' });
  const commands = files.filter((file) => file.endsWith('.ts')).map((file) => join('src/commands', file));
  const { output } = await build({
    cwd: checkout,
    input: ['src/index.ts', 're2js', ...commands],
    platform: 'node',
    external: ['typescript', 'ts-node', 'tsx', 'tinyglobby/oclif'],
    logLevel: 'silent',
    write: false,
    output: { dir: 'dist' },
  });
  const ids = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  return new Set(ids.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? []));
}

test('every package whose code is in the program is there with its licence', { timeout: 300_000 }, async () => {
  const folders = await bundledFolders();
  expect(folders.size).toBeGreaterThan(50);
  const [notices, copyright] = [read('THIRD-PARTY-NOTICES'), read('build/copyright')];
  for (const folder of folders) {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const licence = readdirSync(folder).find((file) => /^(licen[cs]e|copying)/i.test(file));
    const text = readFileSync(join(folder, licence ?? 'LICENSE'), 'utf8')
      .replaceAll('\r\n', '\n')
      .trim();
    expect(notices).toContain(`\n${name} ${version} (`);
    expect(notices).toContain(text);
    expect(copyright).toContain(`\n ${name} ${version}\n`);
  }
});

test('the file for Debian is in its form', () => {
  const stanzas = read('build/copyright').trimEnd().split('\n\n');
  expect(stanzas[0]).toMatch(/^Format: https:\/\/www\.debian\.org\/doc\/packaging-manuals\/copyright-format\/1\.0\/\n/);
  const named = new Set<string | undefined>();
  for (const stanza of stanzas) {
    for (const line of stanza.split('\n')) expect(line).toMatch(/^(?:[A-Z][\w-]*: \S| +\S)/);
    if (stanza.startsWith('License: ')) named.add(/^License: (\S+)\n/.exec(stanza)?.[1]);
  }
  const used = /^License: (.*)$/m.exec(stanzas[2] ?? '')?.[1]?.split(' and ') ?? [];
  expect(used[0]).toBe('MIT');
  expect(new Set(used.slice(1))).toEqual(named);
});
