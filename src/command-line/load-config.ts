import { type Config, parseConfig } from '../config/config.ts';
import { figureFile } from '../rehearsal/figure.ts';
import { configPath, isConfigGiven, readConfigText, requireRootsPrograms } from './config-file.ts';
import { readStandardInput, standardInput } from './standard-input.ts';

/** Reads and checks the configuration; `-` is stdin. Throws `invalid-input` with all mistakes, `refused` where it is not safe. */
export function loadConfig(given: string | undefined): Config {
  const file = configPath(given);
  if (file === '-') return parseConfig(readStandardInput(), standardInput);
  const read = readConfigText(file);
  const config = parseConfig(read.text, file);
  requireRootsPrograms(file, read, config.source.value);
  return config;
}

/** The configuration as loadConfig finds it, or the manual's figure where it is asked for or there is none. */
export function configOrFigure(given: string | undefined, figure: boolean): Config {
  return isConfigGiven(given) && !figure ? loadConfig(given) : parseConfig(figureFile, 'the figure');
}
