import { describe, expect, it } from 'vitest';
import { shellCommand } from '../../src/grammar/shell.ts';
import { readableCommand } from '../../src/output/command-line.ts';

describe('a command as people see it', () => {
  it.each([['ip addr add 1.2.3.1/32 dev eth0'], ['sh -c \'echo 1 >"$1"\' hold /run/lvs-hold']])(
    '%s as it is',
    (command) => {
      expect(readableCommand(command)).toBe(command);
    },
  );

  it('a long script by its name', () => {
    const script = `printf '%s\\n' "it's"; ${'sleep 1; '.repeat(20)}`;
    expect(readableCommand(shellCommand(['setsid', '-f', 'sh', '-c', script, 'sweep-later', '10', 'a b']))).toBe(
      'setsid -f sh -c … sweep-later # a script of ours, whole with --json',
    );
  });

  it('a here-document by its length', () => {
    expect(readableCommand("install /dev/stdin /etc/a <<'END'\none\ntwo\nEND")).toBe(
      "install /dev/stdin /etc/a <<'END' # 2 lines",
    );
  });
});
