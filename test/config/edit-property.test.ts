import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { addRealServer, removeRealServer, setRealServer } from '../../src/config/edit/real-servers.ts';
import { addVirtualServer, removeVirtualServer, setVirtualServer } from '../../src/config/edit/virtual-servers.ts';
import { keyOfRealServer } from '../../src/model/identity.ts';
import { example } from './example.ts';

const names = fc.constantFrom('web', 'dns6', 'mark');
const lineEnds = fc.constantFrom('\n', '\r\n');

/** The lines of `text` in which nobody said anything about the virtual server `name`. */
function linesWithout(text: string, name: string): string[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => line.startsWith(`  ${name}:`));
  const length = lines.slice(start + 1).findIndex((line) => /^( {0,2}\S|\s*$)/.test(line));
  return [...lines.slice(0, start), ...lines.slice(start + 1 + length)];
}

test('adding and removing a virtual server again gives the file as it was', () => {
  const spec = fc.record(
    {
      scheduler: fc.constantFrom('rr', 'wrr', 'wlc'),
      persistent: fc.integer({ min: 1, max: 2_000_000 }),
      'real-servers': fc.uniqueArray(
        fc.integer({ min: 1, max: 254 }).map((host) => `192.168.7.${host}`),
        { minLength: 1 },
      ),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(spec, lineEnds, (options, lineEnd) => {
      const text = example.replaceAll('\n', lineEnd);
      const added = addVirtualServer(parseConfig(text, 'f'), 'new', { address: 'tcp://9.9.9.9:99', ...options });
      const server = added.cluster.virtualServers.at(-1);
      expect(server?.scheduler).toBe(options.scheduler ?? 'wlc');
      expect(server?.realServers).toHaveLength(options['real-servers']?.length ?? 0);
      // The blank line that set it apart is all that remains.
      expect(
        removeVirtualServer(added, 'new').text.replace(`${lineEnd}${lineEnd}# the end`, `${lineEnd}# the end`),
      ).toBe(text);
    }),
    { numRuns: 30 },
  );
});

test('edits of one virtual server leave the lines of all others as they are', () => {
  const changes = fc.record(
    {
      scheduler: fc.constantFrom('lc', 'wlc', null),
      state: fc.constantFrom('enabled', 'disabled', null),
      flags: fc.constant(null),
      load: fc.constant(null),
    },
    { requiredKeys: ['flags', 'load'] },
  );
  fc.assert(
    fc.property(names, changes, lineEnds, (name, change, lineEnd) => {
      const before = parseConfig(example.replaceAll('\n', lineEnd), 'f');
      const after = setVirtualServer(before, name, change);
      expect(linesWithout(after.text, name)).toEqual(linesWithout(before.text, name));
      const server = after.cluster.virtualServers.find((each) => each.name === name);
      expect(server?.flags).toEqual([]);
      if (typeof change.scheduler === 'string') expect(server?.scheduler).toBe(change.scheduler);
      if (change.state !== undefined) expect(server?.enabled).toBe(change.state !== 'disabled');
    }),
    { numRuns: 60 },
  );
});

test('any sequence of edits of real servers leaves all other lines, and does what it says', () => {
  const step = fc.tuple(fc.constantFrom('add', 'set', 'remove'), fc.nat(), fc.integer({ min: 0, max: 1000 }));
  fc.assert(
    fc.property(names, fc.array(step, { maxLength: 6 }), (name, steps) => {
      const before = parseConfig(example, 'f');
      let config = before;
      const realServers = () => config.cluster.virtualServers.find((each) => each.name === name)?.realServers ?? [];
      for (const [index, [action, choice, weight]] of steps.entries()) {
        const expected = realServers().map((real) => [keyOfRealServer(real), real.weight] as const);
        const [key = ''] = expected[choice % Math.max(1, expected.length)] ?? [];
        if (action === 'add') {
          const address = name === 'dns6' ? `2001:db8:2::${index + 1}` : `10.9.9.${index + 1}`;
          config = addRealServer(config, name, { address, weight });
          expect(
            realServers()
              .slice(0, -1)
              .map((real) => [keyOfRealServer(real), real.weight]),
          ).toEqual(expected);
          expect(realServers().at(-1)).toMatchObject({ address, weight });
        } else if (key !== '' && action === 'set') {
          config = setRealServer(config, name, key, { weight });
          const wanted = expected.map(([each, old]) => [each, each === key ? weight : old]);
          expect(realServers().map((real) => [keyOfRealServer(real), real.weight])).toEqual(wanted);
        } else if (key !== '') {
          config = removeRealServer(config, name, key);
          expect(realServers().map(keyOfRealServer)).toEqual(
            expected.map(([each]) => each).filter((each) => each !== key),
          );
        }
      }
      expect(linesWithout(config.text, name)).toEqual(linesWithout(before.text, name));
    }),
    { numRuns: 60 },
  );
});
