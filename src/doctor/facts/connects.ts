import type { Runner } from '../../router/runner.ts';
import type { Connect, Neighbour } from '../model/examination.ts';

/** What is to be tried. */
export type Attempt = Pick<Connect, 'address' | 'port' | 'asClient'>;

/**
 * Tries many TCP connections at a time, two seconds each. Lines on stdin: address, port, source and device, with - for none; a
 * line for each on stdout: its number and the result. In Perl, which Debian always has: a shell cannot name a source.
 */
const tryAll = String.raw`
use strict; use Socket qw(:DEFAULT :addrinfo); use Fcntl; use Errno; use IO::Handle;
my @lines = <STDIN>; my %errors = (Errno::ECONNREFUSED() => 'refused', Errno::EHOSTUNREACH() => 'unreachable',
  Errno::ENETUNREACH() => 'unreachable', Errno::EPERM() => 'barred', Errno::EACCES() => 'barred');
sub place { my ($host, $port) = @_; my ($error, @all) = getaddrinfo($host, $port,
  { flags => AI_NUMERICHOST | AI_NUMERICSERV, socktype => SOCK_STREAM }); return $all[0]; }
while (my @some = splice(@lines, 0, 256)) {
  my %open; my $end = time + 3;
  for (@some) {
    my ($number, $address, $port, $source, $device) = split;
    my $to = place($address, $port) or next;
    socket(my $socket, $to->{family}, SOCK_STREAM, 0) or next;
    setsockopt($socket, SOL_SOCKET, 25, "$device\0") or next if $device ne '-';
    if ($source ne '-') { my $from = place($source, 0) or next; bind($socket, $from->{addr}) or next; }
    fcntl($socket, F_SETFL, O_NONBLOCK);
    if (connect($socket, $to->{addr})) { print "$number open\n"; next; }
    if ($! == Errno::EINPROGRESS()) { $open{fileno $socket} = [$number, $socket]; next; }
    print "$number ", $errors{$! + 0} || 'unreachable', "\n";
  }
  while (%open && time < $end) {
    my $wanted = ''; vec($wanted, $_, 1) = 1 for keys %open;
    select(undef, my $ready = $wanted, undef, 0.5) > 0 or next;
    for my $file (keys %open) {
      next unless vec($ready, $file, 1);
      my ($number, $socket) = @{delete $open{$file}};
      my $error = unpack('i', getsockopt($socket, SOL_SOCKET, SO_ERROR));
      print "$number ", $error == 0 ? 'open' : $error == Errno::ETIMEDOUT() ? 'silent' : $errors{$error} || 'unreachable', "\n";
    }
  }
  print "$_->[0] silent\n" for values %open;
}
`;

/** Null where there is no Perl. */
export async function tryConnects(runner: Runner, attempts: readonly Attempt[]): Promise<Connect[] | null> {
  if (attempts.length === 0) return [];
  const lines = attempts.map(
    ({ address, port, asClient }, number) =>
      `${number} ${address} ${port} ${asClient?.source ?? '-'} ${asClient?.device ?? '-'}\n`,
  );
  const { status, stdout } = await runner.run(['perl', '-e', flat(tryAll)], lines.join(''));
  if (status !== 0) return null;
  return stdout.split('\n').flatMap((line) => {
    const [number, result] = line.split(' ');
    const attempt = attempts[Number(number)];
    if (attempt === undefined || !isResult(result)) return [];
    return [{ ...attempt, result }];
  });
}

/** A word of a command cannot hold a newline. */
function flat(script: string): string {
  return script.replaceAll('\n', ' ').trim();
}

const results = ['open', 'refused', 'silent', 'unreachable', 'barred'] as const;

function isResult(word: string | undefined): word is Connect['result'] {
  return results.some((result) => result === word);
}

/** Who is known on the networks, by address: what the attempts have brought about included. */
export async function readNeighbours(runner: Runner): Promise<Map<string, Neighbour>> {
  const { stdout } = await runner.run(['ip', '-j', 'neigh', 'show']);
  try {
    const all: { dst?: string; dev?: string; lladdr?: string; state?: string[] }[] = JSON.parse(stdout || '[]');
    return new Map(
      all.flatMap(({ dst, dev = '', lladdr, state = [] }) => {
        if (dst === undefined) return [];
        const isGone = state.includes('FAILED') || state.includes('INCOMPLETE');
        return [[dst, { device: dev, mac: isGone ? null : (lladdr?.toLowerCase() ?? null) }] as const];
      }),
    );
  } catch {
    return new Map();
  }
}
