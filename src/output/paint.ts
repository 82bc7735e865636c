import { Chalk, type ChalkInstance } from 'chalk';

/** Colours by meaning. */
export interface Paint {
  readonly added: ChalkInstance;
  readonly changed: ChalkInstance;
  readonly removed: ChalkInstance;
  readonly good: ChalkInstance;
  readonly bad: ChalkInstance;
  readonly quiet: ChalkInstance;
  readonly strong: ChalkInstance;
}

/** No colour with `--no-color` or NO_COLOR, and none where `stream` is not a terminal. */
export function paintFor(stream: { isTTY?: boolean }, color: boolean): Paint {
  const wanted = color && stream.isTTY === true && !process.env.NO_COLOR;
  const chalk = new Chalk({ level: wanted ? 1 : 0 });
  return {
    added: chalk.green,
    changed: chalk.yellow,
    removed: chalk.red,
    good: chalk.green,
    bad: chalk.red,
    quiet: chalk.dim,
    strong: chalk.bold,
  };
}
