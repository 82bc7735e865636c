// Bundles src/ into dist/ (a small file for each command, and a few chunks for what they share) and writes oclif's manifest.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plugin, settings } from '@oclif/core';
import { build } from 'rolldown';
import { debianCopyright, notices, packagesOf } from './notices.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Beside the program itself and its commands: what other processes start by its path in dist/. */
const programs = ['inside.ts', 'traffic/agent.ts', 'traffic/stand-in.ts'].map((file) => `src/rehearsal/${file}`);

/** Under src/commands, a file with a default export is a command; others are what commands share. */
function commands() {
  return readdirSync(join(root, 'src/commands'), { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('src/commands', file))
    .filter((file) => /^export default /m.test(readFileSync(join(root, file), 'utf8')));
}

/**
 * Node looks for, reads and compiles each file by itself, which costs more than code that is read in vain; so there are few. They
 * follow who needs them: completion, and what is LVM's, must not wait for oclif, nor help for the rest. The first that fits takes
 * a module along with all that it imports; the last has what so many commands share.
 */
const groups = [
  ['entry', /\/src\/index\.ts$/],
  ['completion', /\/src\/completion\/complete\.ts$/],
  ['oclif', /\/node_modules\/@oclif\//],
  ['start', /\/src\/command-line\/run\.ts$/],
  ['core', /\/src\/(?:command-line|config|converge|grammar|model|output|plan|router)\/[^/]+\.ts$/, 4],
].map(([name, test, minShareCount = 1], index, { length }) => ({
  name,
  test,
  minShareCount,
  priority: length - index,
}));

/** The same in a string, a template or a regular expression, where no backslash stands before it. */
function escaped(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** oclif looks for commands where there is no manifest; here there always is one. */
const withoutGlobs = {
  name: 'without-globs',
  resolveId: (id, importer) => (id === 'tinyglobby' && importer?.includes('/@oclif/') ? '\0nothing' : null),
  load: (id) => (id === '\0nothing' ? '' : null),
};

/** Loaded only if lvs.yaml has a pattern, so it is a file of its own: see src/patterns/pattern.ts, which must stand in dist/ itself. */
const re2js = './re2js.cjs';
const patterns = join(root, 'src/patterns/pattern.ts');

const entries = ['src/index.ts', ...programs, ...commands()];

mkdirSync(join(root, 'build'), { recursive: true });
rmSync(join(root, 'dist'), { recursive: true, force: true });
const { output } = await build({
  cwd: root,
  input: Object.fromEntries(entries.map((file) => [file.slice('src/'.length, -'.ts'.length), file])),
  platform: 'node',
  // oclif would bring them along, to compile commands as they are called.
  external: ['typescript', 'ts-node', 'tsx'],
  transform: {
    target: 'node20',
    define: { 'process.env.OCLIF_DISABLE_ENGINE_WARNING': '"1"', builtRe2js: JSON.stringify(re2js) },
  },
  plugins: [withoutGlobs],
  output: { dir: 'dist', format: 'esm', minify: true, chunkFileNames: 'chunk-[hash].js', codeSplitting: { groups } },
  logLevel: 'warn',
});

if (!output.some((file) => file.moduleIds?.includes(patterns) && !file.fileName.includes('/'))) {
  throw new Error(`${patterns} is not bundled into dist/ itself`);
}
const library = await build({
  cwd: root,
  input: 're2js',
  platform: 'node',
  transform: { target: 'node20' },
  output: { file: join('dist', re2js), format: 'cjs', minify: true },
  logLevel: 'warn',
});

const bundled = packagesOf([...output, ...library.output].flatMap(({ moduleIds }) => moduleIds ?? []));
const licence = readFileSync(join(root, 'LICENSE'), 'utf8');
writeFileSync(join(root, 'THIRD-PARTY-NOTICES'), notices(bundled));
writeFileSync(join(root, 'build/copyright'), debianCopyright(licence, bundled));

// Where one character of a file is beyond Latin-1, V8 holds all of it in twice the memory.
for (const { fileName, code } of [...output, ...library.output].filter(({ type }) => type === 'chunk')) {
  const [strange] = /(?<!\\)(?:\\\\)*\\[^\0-\x7f]|String\.raw`[^`]*[^\0-\x7f]/.exec(code) ?? [];
  if (strange !== undefined) throw new Error(`${fileName}: "${strange}" cannot be written in ASCII`);
  writeFileSync(join(root, 'dist', fileName), code.replace(/[^\0-\x7f]/g, escaped));
}

settings.enableAutoTranspile = false;
const plugin = new Plugin({ root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true });
await plugin.load();
writeFileSync(join(root, 'oclif.manifest.json'), `${JSON.stringify(plugin.manifest)}\n`);
