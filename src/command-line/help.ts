import { format } from 'node:util';
import { type Command, CommandHelp, Help } from '@oclif/core';
import { unguarded } from '../output/guard.ts';

/** oclif writes an example of several lines as one command with backslashes; ours are several commands, or a file. */
class ExactCommandHelp extends CommandHelp {
  protected override examples(examples: Command.Example[] | string | undefined): string | undefined {
    if (examples === undefined || typeof examples === 'string') return super.examples(examples);
    const parts = examples.map((example) =>
      typeof example === 'string'
        ? this.exactly(example)
        : `${this.wrap(example.description, 2 * this.indentSpacing)}\n\n${this.indent(this.exactly(example.command))}`,
    );
    return parts.length === 0 ? undefined : parts.join('\n\n');
  }

  private exactly(text: string): string {
    const { bin } = this.config;
    const lines = this.render(text).split('\n');
    return lines.map((line) => (line.startsWith(`${bin} `) ? `$ ${line}` : line)).join('\n');
  }
}

export class ExactHelp extends Help {
  protected override CommandHelpClass = ExactCommandHelp;

  /** There are no words of others in it, and oclif paints it on its own. */
  protected override log(...words: string[]): void {
    unguarded(process.stdout).write(`${format(...words)}\n`);
  }
}
