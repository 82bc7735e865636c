import fc from 'fast-check';
import { expect, it } from 'vitest';
import { realServer } from '../../src/config/schema/real-server.ts';
import { virtualServerItself } from '../../src/config/schema/virtual-server.ts';
import { fileItself, router } from '../../src/config/schema.ts';
import { narrowedTo } from '../../src/config/structure.ts';

const schemas = { fileItself, router, virtualServerItself, realServer };

const leaf = fc.oneof(
  fc.constantFrom('tcp://1.2.3.1:80', '192.168.1.2', 'wlc', 'eth0', 'masq', 'tunnel', 'disabled', '5m', 'x', ''),
  fc.constantFrom(0, 1, -1, 80, null, true, undefined),
);
const inner = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 2 }),
  fc.dictionary(fc.constantFrom('type', 'port', 'x'), leaf),
);
const strange = ['', 'adress', 'x y', '__proto__', 'constructor', '0'];

it.each(Object.entries(schemas))('says the same of %s as all its keys say', (_name, schema) => {
  const key = fc.constantFrom(...Object.keys(schema._zod.def.shape), ...strange);
  const entries = fc.uniqueArray(fc.tuple(key, inner), { maxLength: 6, selector: ([name]) => name });
  const value = fc.oneof({ arbitrary: entries.map((each) => Object.fromEntries(each)), weight: 9 }, inner);
  fc.assert(
    fc.property(value, (written) => {
      const [narrow, whole] = [narrowedTo(schema, written).safeParse(written), schema.safeParse(written)];
      expect(narrow.error?.issues).toEqual(whole.error?.issues);
      expect(narrow.data).toEqual(whole.data);
      expect(Object.keys(narrow.data ?? {})).toEqual(Object.keys(whole.data ?? {}));
    }),
    { numRuns: 1000 },
  );
});
