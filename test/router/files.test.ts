import { describe, expect, it } from 'vitest';
import { readDigests } from '../../src/router/files.ts';
import type { Runner } from '../../src/router/runner.ts';

const saying = (stderr: string) => ({ run: async () => ({ status: 1, stdout: '', stderr }) }) as unknown as Runner;

describe('digests of files', () => {
  it.each(['sha256sum: %: No such file or directory', "sha256sum: can't open '%': No such file or directory"])(
    'are left out of files that are not there: %s',
    async (words) => {
      const paths = ['/etc/lvs/lvs.yaml', '/etc/lvs/lvs.yaml.installed'];
      const said = paths.map((path) => words.replace('%', path)).join('\n');
      expect(await readDigests(saying(said), paths)).toEqual(new Map());
    },
  );

  it('are missed of a file of which nothing is said but of one whose name begins like it', async () => {
    const said = 'sha256sum: /etc/lvs/lvs.yaml.installed: No such file or directory\n';
    const reading = readDigests(saying(said), ['/etc/lvs/lvs.yaml', '/etc/lvs/lvs.yaml.installed']);
    await expect(reading).rejects.toMatchObject({ code: 'read-failed' });
  });
});
