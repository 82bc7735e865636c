import type { Running } from '../../../src/rehearsal/cluster/process.ts';
import type { TestHost } from './cluster.ts';
import { replaceProgram } from './stand-in-program.ts';
import { until } from './until.ts';

/** A program that stops half-way through what somebody else runs. */
export interface HalfWay {
  /** Waits until it has stopped. Throws where the command that was to bring it there ends before. */
  reached(during: Running): Promise<void>;
  /** Lets it go on, and puts the program back. */
  resume(): Promise<void>;
}

/**
 * Lets a host's program stop before the command whose words have all of `at`, or after it; also where these are a line of a
 * batch. It goes on by itself after some 20 seconds.
 * @param at a pattern of sh(1) for the words: `*addr add*`
 */
export async function stopHalfWay(
  host: TestHost,
  program: string,
  at: string,
  when: 'before' | 'after' = 'before',
): Promise<HalfWay> {
  const files = `/run/half-way/${program}`;
  await host.output(`mkdir -p /run/half-way && rm -f ${files}.*`);
  const restore = await replaceProgram(host, program, script(files, at, when));
  return {
    reached: async (during) => {
      const isThere = async () => (await host.run(['test', '-e', `${files}.reached`])).status === 0;
      await until(`${program} ${at} on ${host.name}`, isThere, during);
    },
    resume: async () => {
      await restore();
      await host.output(['touch', `${files}.go`]);
    },
  };
}

/** Lines of a batch are handed on one by one, for somebody may be waiting for what becomes of each. */
function script(files: string, at: string, when: 'before' | 'after'): string {
  const pattern = at.replaceAll(' ', '\\ ');
  return `
stop() {
  : >${files}.reached
  tries=0
  until [ -e ${files}.go ] || [ "$((tries += 1))" -gt 200 ]; do sleep 0.1; done
}
lines() {
  while IFS= read -r line; do
    case $line in ${pattern}) isAt=yes;; *) isAt=;; esac
    [ -z "$isAt" ] || [ ${when} = after ] || stop
    printf '%s\\n' "$line"
    [ -z "$isAt" ] || [ ${when} = before ] || { sleep 0.3; stop; }
  done
}
case "$*" in
  *-batch*) lines | "$real" "$@";;
  ${pattern}) ${when === 'before' ? 'stop; "$real" "$@"' : '"$real" "$@"; status=$?; stop; exit $status'};;
  *) "$real" "$@";;
esac
`;
}
