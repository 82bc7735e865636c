import { basename } from 'node:path';
import { readManifest } from './command-line/manifest.ts';
import { reportError } from './command-line/report-error.ts';
import { handOver } from './hand-over/hand-over.ts';
import { EndedAtOnce, LvsError } from './model/errors.ts';
import { guard } from './output/guard.ts';

/**
 * The program: hands over to LVM where that was meant, otherwise runs a command; sets the exit status.
 * @param root the package's folder.
 */
export async function main(root: string): Promise<void> {
  const [, program = '', ...words] = process.argv;
  const name = basename(program);
  guard(process.stdout);
  guard(process.stderr);
  process.stdout.on('error', onOutputError);
  process.stderr.on('error', onOutputError);
  process.on('uncaughtException', (error) => {
    reportError(error, words);
    process.exit();
  });
  try {
    const manifest = readManifest(root);
    if (name === 'lvs' && (await handOver(words, manifest, program))) return;
    if (words[0] === 'complete' && words[1] === '--') {
      const { complete } = await import('./completion/complete.ts');
      process.stdout.write(await complete(words.slice(2), manifest));
      return;
    }
    // What LVM does itself must not wait until oclif is loaded.
    const { runCommandLine } = await import('./command-line/run.ts');
    await runCommandLine({ root, name: name === 'lvsadm' ? name : 'lvs', words }, manifest);
  } catch (error) {
    reportError(error, words);
    if (error instanceof EndedAtOnce) process.exit();
  }
}

/** `lvs status | head -1` is no fault, and a change under way must not stop half-way because nobody reads on. */
function onOutputError(cause: NodeJS.ErrnoException): void {
  if (cause.code !== 'EPIPE')
    throw new LvsError('write-failed', `the output cannot be written: ${cause.message}`, { cause });
}
