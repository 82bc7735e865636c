import type { TestHost } from './cluster.ts';
import { until } from './until.ts';

/** A stand-in for whoever reads the system log, of both routers. */
export interface SystemLog {
  /** The lines so far, without what syslog(3) puts before them. */
  lines(): Promise<string[]>;
  /** Waits for one that has all of the text. */
  untilSays(text: string): Promise<void>;
}

const file = '/run/system-log';

/** Reads datagrams from /dev/log, which all hosts share, and writes a line for each. */
const reader = `
use Socket;
unlink "/dev/log";
my $log;
socket($log, AF_UNIX, SOCK_DGRAM, 0) and bind($log, sockaddr_un("/dev/log")) or die $!;
open(my $out, ">", "${file}") or die $!;
$out->autoflush(1);
print $out "begun\\n";
while (defined recv($log, my $text, 65536, 0)) { $text =~ s/\\n/ /g; print $out "$text\\n"; }
`;

export async function readSystemLog(host: TestHost): Promise<SystemLog> {
  const running = await host.start(['perl', '-MIO::Handle', '-e', reader]);
  const isThere = async () => (await host.run(['test', '-s', file])).status === 0;
  await until(`a reader of the log of ${host.name}`, isThere, running);
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
