import type { TestHost } from './cluster.ts';

/** All processes of a router but those that watch it, and what has just been started. */
const each = (signal: string) =>
  `for process in /proc/[0-9]*; do pid=\${process#/proc/}; read -r name <"$process/comm" || continue; case $pid/$name in 1/*|"$$"/*|*/ip) ;; *) kill -${signal} "$pid";; esac; done 2>/dev/null; :`;

/** Suspends a router: its kernel goes on, and nothing that runs on it does. */
export async function freeze(host: TestHost): Promise<void> {
  await host.output(['sh', '-c', each('STOP')]);
}

/** Lets it go on; when that was, in seconds of the hosts' clock. */
export async function thaw(host: TestHost): Promise<number> {
  const now = await host.output(['date', '+%FT%T.%6N']);
  await host.output(['sh', '-c', each('CONT')]);
  return Date.parse(now.trim()) / 1000;
}
