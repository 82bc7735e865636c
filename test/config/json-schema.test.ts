import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { jsonSchema } from '../../src/config/json-schema.ts';
import { example } from './example.ts';

const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(jsonSchema());

test('lvs.schema.json is current; "npm run schema" makes it so', async () => {
  await expect(`${JSON.stringify(jsonSchema(), null, 2)}\n`).toMatchFileSnapshot('../../lvs.schema.json');
});

test('the example is valid', () => {
  validate(parse(example));
  expect(validate.errors).toBeNull();
});

test.each([
  ['an unknown key', { publick: {} }],
  ['a missing device', { public: {} }],
  ['an unknown scheduler', { 'virtual-servers': { web: { address: 'tcp://1.2.3.1:80', scheduler: 'wlcc' } } }],
  ['a port that is missing', { 'virtual-servers': { web: { address: 'tcp://1.2.3.1' } } }],
  [
    'a weight out of range',
    { 'virtual-servers': { web: { address: 'fwmark:7', 'real-servers': [{ address: '1.2.3.4', weight: -1 }] } } },
  ],
])('%s is not', (_, value) => {
  expect(validate(value)).toBe(false);
});

test('every key of the file is described', () => {
  const undescribed: string[] = [];
  const visit = (schema: unknown, path: string) => {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [key, value] of Object.entries(schema)) {
      if (key !== 'properties') visit(value, `${path}/${key}`);
      else
        for (const [name, property] of Object.entries(value as Record<string, object>)) {
          if (
            !('description' in property) &&
            !('$ref' in property) &&
            !JSON.stringify(property).includes('"description"')
          )
            undescribed.push(`${path}/${name}`);
          visit(property, `${path}/${name}`);
        }
    }
  };
  visit(jsonSchema(), '');
  expect(undescribed).toEqual([]);
});
