import * as z from 'zod/mini';
import { file } from './schema.ts';

/** The JSON Schema of lvs.yaml, for editors: `lvs.schema.json`. */
export function jsonSchema(): Record<string, unknown> {
  return { title: 'lvs.yaml', ...z.toJSONSchema(file, { io: 'input' }) };
}
