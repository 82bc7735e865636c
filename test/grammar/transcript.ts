import { readFileSync } from 'node:fs';

/** A command that was run and recorded; see fixtures/README.md. */
export interface Step {
  readonly argv: readonly string[];
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

export function readTranscript(name: string): Step[] {
  const text = readFileSync(new URL(`fixtures/${name}.transcript`, import.meta.url), 'utf8');
  return text.split(/^(?=\$ )/m).map(readStep);
}

/** What the command printed, the first time or the nth. */
export function outputOf(transcript: string, command: string, nth = 1): string {
  const step = readTranscript(transcript).filter(({ argv }) => argv.join(' ') === command)[nth - 1];
  if (!step) throw new Error(`${transcript}.transcript has no "${command}" number ${nth}`);
  return step.stdout;
}

function readStep(text: string): Step {
  const [command = '', ...lines] = text.replace(/\n$/, '').split('\n');
  const after = (mark: string) =>
    lines
      .filter((line) => line.startsWith(`${mark} `))
      .map((line) => `${line.slice(mark.length + 1)}\n`)
      .join('');
  return {
    argv: command.slice(2).split(' '),
    stdin: after('<') + after('<-').replace(/\n$/, ''),
    stdout: after('|'),
    stderr: after('!'),
    status: Number(after('=') || '0'),
  };
}
