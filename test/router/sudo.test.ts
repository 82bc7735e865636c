import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Router } from '../../src/model/cluster.ts';
import { agentCommand } from '../../src/router/connection.ts';
import { Session } from '../../src/router/session.ts';
import { shells } from './support/shells.ts';

const router: Router = { name: 'lvs2', ssh: ['admin@192.168.1.12'], sudo: true, devices: new Map() };

/** The router's login shell runs what ssh is given; sudo drops the environment and keeps a log. */
describe.each(shells)('a session under sudo, from %s %s', (...shell) => {
  let directory: string;
  let session: Session;
  const inDirectory = (name: string) => path.join(directory, name);

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'lvs-sudo-'));
    const programs = {
      ssh: `for command do :; done\nexec ${shell.join(' ')} -c "$command"`,
      sudo: `printf '%s\\n' "$*" >>${inDirectory('log')}
[ "$1 $2 $3" = '-n -- /bin/sh' ] || exit
shift 2
exec env -i PATH="$PATH" "$@"`,
    };
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(inDirectory(name), `#!/bin/sh\n${text}\n`);
      chmodSync(inDirectory(name), 0o755);
    }
    vi.stubEnv('PATH', `${directory}:${process.env.PATH}`);
    vi.stubEnv('SSH_CONNECTION', '192.168.1.5 50000 192.168.1.12 22');
    session = new Session(agentCommand(router, false));
  });
  afterEach(async () => {
    await session.close();
    vi.unstubAllEnvs();
    rmSync(directory, { recursive: true });
  });

  it('knows the address that it came in by, and runs commands', async () => {
    const facts = session.facts([]);
    const ran = session.run(['cat'], 'some input\n');
    expect((await facts).sessionAddress).toBe('192.168.1.12');
    expect(await ran).toEqual({ status: 0, stdout: 'some input\n', stderr: '' });
  });

  it('leaves one short line in the log of sudo, whatever it runs', async () => {
    await session.run(['true']);
    const log = readFileSync(inDirectory('log'), 'utf8');
    expect(log).toMatch(/^-n -- \/bin\/sh -c .* lvs 192\.168\.1\.5 50000 192\.168\.1\.12 22\n$/);
    expect(log.length).toBeLessThan(160);
  });
});
