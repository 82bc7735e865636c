import { SessionLost } from '../router/runner.ts';

/** What is said of a session that was lost; any other error goes on. */
export function lostWords(error: unknown): string {
  if (error instanceof SessionLost) return error.message;
  throw error;
}
