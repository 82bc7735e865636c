import { createHash } from 'node:crypto';
import type { RouterFile } from '../model/state.ts';

export function fileOf(content: string): RouterFile {
  return { digest: digestOf(content), content, link: null };
}

export function digestOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
