import { spawn } from 'node:child_process';
import type { Endpoint } from '../topology/topology.ts';

/** Node has no SCTP; Perl, which every Debian has, does. Number of the protocol in IP. */
const common = `use strict; use warnings; use Socket qw(:all);
my $sctp = 132;
sub place { my ($address, $port) = @_; $address =~ /:/
  ? (AF_INET6, pack_sockaddr_in6($port, inet_pton(AF_INET6, $address)))
  : (AF_INET, pack_sockaddr_in($port, inet_pton(AF_INET, $address))) }
`;

/** Words: address, port, what to answer. Says `ready`, and answers whoever connects. */
const server = `${common}$| = 1;
my ($family, $place) = place(@ARGV[0, 1]);
socket(my $listener, $family, SOCK_STREAM, $sctp) or die "socket: $!\\n";
bind($listener, $place) && listen($listener, 64) or die "bind: $!\\n";
print "ready\\n";
while (accept(my $caller, $listener)) { sysread($caller, my $asked, 512); syswrite($caller, $ARGV[2]); close $caller }
`;

/** Words: address, port, own address. Prints what is answered. */
const client = `${common}my ($family, $place) = place(@ARGV[0, 1]);
socket(my $socket, $family, SOCK_STREAM, $sctp) or die "socket: $!\\n";
my (undef, $own) = place($ARGV[2], 0);
bind($socket, $own) or die "bind: $!\\n";
connect($socket, $place) or die "connect: $!\\n";
syswrite($socket, '?');
sysread($socket, my $answer, 512);
print $answer;
`;

/** The program and words that send one request, over an association of its own. */
export function sctpRequest({ address, port }: Endpoint, own: string): readonly string[] {
  return ['perl', '-e', client, address, `${port}`, own];
}

/**
 * Answers every association to an endpoint with a text; resolves when it listens. Where that cannot be, for there is no Perl or
 * the kernel has no SCTP, nobody answers: the other listeners are not the worse for it.
 */
export async function serveSctp({ address, port }: Endpoint, answer: string): Promise<void> {
  const child = spawn('perl', ['-e', server, address, `${port}`, answer], { stdio: ['ignore', 'pipe', 'ignore'] });
  process.on('exit', () => child.kill());
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
    child.stdout.once('data', () => resolve());
  });
}
