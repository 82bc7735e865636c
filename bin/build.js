// Bundles src/ into dist/ (a small file for each command, and chunks for what they share) and writes oclif's manifest.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plugin, settings } from '@oclif/core';
import { build } from 'esbuild';

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

rmSync(join(root, 'dist'), { recursive: true, force: true });
await build({
  entryPoints: ['src/index.ts', ...programs, ...commands()],
  absWorkingDir: root,
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  keepNames: true,
  // oclif would bring them along, to compile commands as they are called.
  external: ['typescript', 'ts-node', 'tsx'],
  // What is bundled from CommonJS calls require for Node's own modules.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  logLevel: 'warning',
});

settings.enableAutoTranspile = false;
const plugin = new Plugin({ root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true });
await plugin.load();
writeFileSync(join(root, 'oclif.manifest.json'), `${JSON.stringify(plugin.manifest)}\n`);
