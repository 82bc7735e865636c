import type { TestHost } from './cluster.ts';

/**
 * Puts a POSIX shell script in the place of a host's program, which the script can call as `"$real"`.
 * @returns what puts the program back
 */
export async function replaceProgram(host: TestHost, program: string, script: string): Promise<() => Promise<void>> {
  const place = (await host.output(`readlink -f "$(command -v ${program})"`)).trim();
  const real = `/run/real/${program}`;
  await host.output(`mkdir -p /run/real && cp ${place} ${real}`);
  await host.write(`/run/${program}`, `#!/bin/sh\nreal=${real}\n${script}`);
  await host.output(`chmod 755 /run/${program} && mount --bind /run/${program} ${place}`);
  // Lazily: a command that is under way may be running it.
  return async () => void (await host.output(`umount -l ${place}`));
}
