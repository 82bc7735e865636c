import type { TestHost } from './cluster.ts';
import { until } from './until.ts';

/** A stand-in for whoever reads a router's system log. */
export interface SystemLog {
  /** The lines so far, without what syslog(3) puts before them. */
  lines(): Promise<string[]>;
  /** Waits for one that has all of the text. */
  untilSays(text: string): Promise<void>;
}

const file = '/run/system-log';

/** Reads datagrams from /dev/log, which is this host's alone, and writes a line for each. */
const reader = `
use Socket;
unlink "/dev/log";
socket(my $log, AF_UNIX, SOCK_DGRAM, 0) and bind($log, sockaddr_un("/dev/log")) or die $!;
open(my $out, ">", "${file}") or die $!;
$out->autoflush(1);
while (defined recv($log, my $text, 65536, 0)) { $text =~ s/\\n/ /g; print $out "$text\\n"; }
`;

export async function readSystemLog(host: TestHost): Promise<SystemLog> {
  // The devices are this host's own only in a mount namespace of its own; the socket is a link into its /run.
  await host.start(['perl', '-MIO::Handle', '-e', reader]);
  await until(
    `a reader of the log of ${host.name}`,
    async () => (await host.run(['test', '-S', '/dev/log'])).status === 0,
  );
  const lines = async () =>
    (await host.read(file)).split('\n').flatMap((line) => /^<\d+>.*? lvs: (.*)$/.exec(line)?.[1] ?? []);
  return {
    lines,
    untilSays: async (text) => {
      await until(`"${text}" in the log of ${host.name}`, async () =>
        (await lines()).some((line) => line.includes(text)),
      );
    },
  };
}
