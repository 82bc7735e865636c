import { LvsError } from '../model/errors.ts';
import { orLost } from './lost.ts';
import type { Result, Runner } from './runner.ts';

/** What the command prints. Throws `read-failed` where it does not succeed, or the session is lost. */
export async function runOrFail(runner: Runner, router: string, argv: readonly string[]): Promise<string> {
  return successful(await orLost(router, 'read-failed', runner.run(argv)), router, argv);
}

/** What a command printed that was run there. Throws `read-failed` where it did not succeed. */
export function successful(result: Result, router: string, argv: readonly string[]): string {
  if (result.status === 0) return result.stdout;
  const said = result.stderr.trim() || `exit status ${result.status}`;
  throw new LvsError('read-failed', `${router}: ${argv.join(' ')} failed: ${said}`, {
    details: [{ router, message: said }],
    hint: hintFor(said),
  });
}

/** The kernel shows and changes IPVS for root alone. */
const asRoot = 'run it as root (sudo lvs …), or declare "sudo: true" for this router in lvs.yaml';

function hintFor(said: string): string {
  // To an ordinary user ipvsadm says both.
  if (/permission denied|not permitted|must be root/i.test(said)) return asRoot;
  if (/initialize ipvs|not available/i.test(said))
    return 'load the module with "modprobe ip_vs", and see that the kernel has IPVS';
  return 'try the same command there by hand';
}

/** What comes of reading what a router printed. Where that cannot be understood the error names the router. */
export async function understood<T>(router: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LvsError) || error.message.startsWith(`${router}: `)) throw error;
    const { code, message, details, hint } = error;
    throw new LvsError(code, `${router}: ${message}`, { details, ...(hint !== undefined && { hint }), cause: error });
  }
}
