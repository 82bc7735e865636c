import { type ErrorCode, LvsError } from '../model/errors.ts';
import { SessionLost, TimedOut } from './runner.ts';

/** What the work on a router comes to. Throws an error of that code, naming the router, where the session is lost meanwhile. */
export async function orLost<T>(router: string, code: ErrorCode, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof SessionLost)) throw error;
    if (error instanceof TimedOut) {
      throw new LvsError(code, `${router}: ${error.message}`, {
        cause: error,
        details: [{ router, message: error.message }],
        hint: `look on ${router} for what it waits for, and try again`,
      });
    }
    throw new LvsError(code, `${router}: the connection was lost: ${error.message}`, {
      cause: error,
      details: [{ router, message: error.message }],
      hint: `see whether ssh still reaches ${router}, and try again`,
    });
  }
}
