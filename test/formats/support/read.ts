import { type Config, parseConfig } from '../../../src/config/config.ts';
import { type FileFormat, type ReadOptions, readers } from '../../../src/formats/formats.ts';
import type { Imported } from '../../../src/formats/imported.ts';
import { settle } from '../../../src/formats/settle.ts';
import { warningText } from '../../../src/formats/warnings.ts';
import { importedText } from '../../../src/formats/write-yaml.ts';

/** The file's name in messages. */
export const file = 'f';

/** Devices that no file names. */
export const readOptions: ReadOptions = {
  fallback: { device: 'eth0', because: 'for a test' },
  configId: 'lvs1',
  include: () => null,
};

export interface Read {
  readonly imported: Imported;
  /** What stands in the lvs.yaml. */
  readonly text: string;
  /** That lvs.yaml, read again. */
  readonly config: Config;
  readonly warnings: readonly string[];
}

/** Imports a text, and reads what is written. */
export function read(format: FileFormat, text: string, options: Partial<ReadOptions> = {}): Read {
  const { imported } = settle(readers[format](text, file, { ...readOptions, ...options }));
  const written = importedText(imported);
  return {
    imported,
    text: written,
    config: parseConfig(written, 'lvs.yaml'),
    warnings: imported.warnings.map(warningText),
  };
}
