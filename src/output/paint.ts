import { Chalk } from 'chalk';
import { harmless, own } from './guard.ts';

/** Paints a text, whatever is in it. */
export type Brush = (text: string) => string;

/** Colours by meaning. */
export interface Paint {
  readonly added: Brush;
  readonly changed: Brush;
  readonly removed: Brush;
  readonly good: Brush;
  readonly bad: Brush;
  readonly quiet: Brush;
  readonly strong: Brush;
}

/** No colour with `--no-color` or NO_COLOR, and none where `stream` is not a terminal. */
export function paintFor(stream: { isTTY?: boolean }, color: boolean): Paint {
  const wanted = color && stream.isTTY === true && !process.env.NO_COLOR;
  const brush =
    (colour: Brush): Brush =>
    (text) =>
      own(colour(harmless(text)));
  const chalk = new Chalk({ level: wanted ? 1 : 0 });
  return {
    added: brush(chalk.green),
    changed: brush(chalk.yellow),
    removed: brush(chalk.red),
    good: brush(chalk.green),
    bad: brush(chalk.red),
    quiet: brush(chalk.dim),
    strong: brush(chalk.bold),
  };
}
