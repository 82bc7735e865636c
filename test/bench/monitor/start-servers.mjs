import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Starts stand-in real servers of that kind: see servers.mjs.
 * @returns the process, which ends when its stdin does, and the port
 */
export async function startServers(kind) {
  const program = join(import.meta.dirname, 'servers.mjs');
  const child = spawn(process.execPath, [program, kind], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, port: Number(port) };
}
