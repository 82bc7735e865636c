import { expect, it } from 'vitest';
import { explainLoss } from '../../src/router/why-lost.ts';

/** As OpenSSH 9.2 and sudo 1.9.13 print it. */
const changed = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Please contact your system administrator.
Add correct host key in /root/.ssh/known_hosts to get rid of this message.
Offending ED25519 key in /root/.ssh/known_hosts:1
  remove with:
  ssh-keygen -f "/root/.ssh/known_hosts" -R "192.168.1.12"
Host key for 192.168.1.12 has changed and you have requested strict checking.
Host key verification failed.`;
const destination = 'admin@192.168.1.12';
const line = 'admin ALL=(root) NOPASSWD: /bin/sh';

it.each([
  [changed, /known here/, /^ssh-keygen -f \/root\/\.ssh\/known_hosts -R 192\.168\.1\.12 # .*fingerprint/],
  ['Host key verification failed.', /not known here/, /^ssh admin@192\.168\.1\.12 true # once by hand, .*fingerprint/],
  [
    'No ED25519 host key is known for 192.168.1.12 and you have requested strict checking.\nHost key verification failed.',
    /not known here/,
    /^ssh admin@192\.168\.1\.12 true #/,
  ],
  ['admin@192.168.1.12: Permission denied (publickey,password).', /no key/, /^ssh-copy-id admin@192\.168\.1\.12$/],
  ['ssh: Could not resolve hostname lvs2: Name or service not known', null, /^getent hosts/],
  ['ssh: connect to host 192.168.1.12 port 22: Connection refused', null, /^systemctl enable --now ssh #/],
  ['ssh: connect to host 192.168.1.12 port 22: Connection timed out', null, /^ping -c 3 192\.168\.1\.12 #.*port 22/],
  ['ssh: connect to host 192.168.1.12 port 22: No route to host', null, /^ping -c 3 192\.168\.1\.12 #/],
  ['sudo: sorry, you must have a tty to run sudo', null, /^visudo .*Defaults:admin !requiretty$/],
  ['sudo: a password is required', null, new RegExp(`^visudo .*${line.replace(/[()]/g, '\\$&')}$`)],
  ["Sorry, user admin is not allowed to execute '/bin/sh' as root on lvs2.", null, /^visudo .*NOPASSWD/],
  ['admin is not in the sudoers file.', null, /^visudo .*NOPASSWD/],
  ['bash: line 1: exec: sudo: not found', null, /^apt-get install sudo/],
  ['there is no program sudo', null, /^apt-get install sudo/],
])('%s has a command that helps', (said, meaning, remedy) => {
  const explained = explainLoss(said, destination);
  expect(explained?.remedy).toMatch(remedy);
  if (meaning === null) expect(explained?.meaning).toBeNull();
  else expect(explained?.meaning).toMatch(meaning);
  expect(explained?.remedy).not.toMatch(/StrictHostKeyChecking|UserKnownHostsFile/);
});

it('the port is that of the destination', () => {
  const uri = 'ssh://root@[2001:db8::12]:2222';
  expect(explainLoss('Permission denied (publickey).', uri)?.remedy).toBe('ssh-copy-id -p 2222 root@2001:db8::12');
  const said = 'Host key for [x]:2222 has changed';
  expect(explainLoss(said, uri)?.remedy).toMatch(/^ssh-keygen -R '\[2001:db8::12\]:2222' #/);
});

it('a file that ssh did not name plainly is not taken over', () => {
  const said = changed.replace('-f "/root/.ssh/known_hosts"', '-f "/root/$(id)"');
  expect(explainLoss(said, destination)?.remedy).toMatch(/^ssh-keygen -R 192\.168\.1\.12 #/);
});

it('nothing is made up of other words', () => {
  expect(explainLoss('kex_exchange_identification: read: Connection reset by peer', destination)).toBeNull();
});
