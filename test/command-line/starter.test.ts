import { expect, test } from 'vitest';
import { starter } from '../../src/command-line/starter.ts';
import { LvsError } from '../../src/model/errors.ts';

const sound = { publicDevice: 'eth0', privateDevice: 'eth1' };

function messagesOf(answers: Parameters<typeof starter>[0]): string[] {
  try {
    starter(answers);
  } catch (error) {
    if (error instanceof LvsError) return [error.message, ...error.details.map(({ message }) => message)];
    throw error;
  }
  return [];
}

test('an address and a device that can be used are', () => {
  expect(starter({ ...sound, natRouter: '192.168.1.254' }).cluster.private).toEqual({
    device: 'eth1',
    natRouters: [{ address: '192.168.1.254', prefix: 32 }],
    label: null,
  });
});

test.each([
  [{ ...sound, natRouter: '1.2.3' }, '--nat-router: found "1.2.3"; allowed: ADDRESS or ADDRESS/LENGTH'],
  [{ ...sound, natRouter: '127.0.0.1' }, '--nat-router: found "127.0.0.1"'],
  [{ ...sound, privateDevice: null, natRouter: '1.2.3' }, '--nat-router: found "1.2.3"'],
  [{ ...sound, privateDevice: 'eth:1' }, '--private-device: found "eth:1"'],
  [{ ...sound, routers: [{ name: '7', ssh: ['root@h'] }] }, '--router: found the name "7"'],
])('%j is said in the words of the command line', (answers, message) => {
  expect(messagesOf(answers)).toEqual(['an answer is wrong', expect.stringContaining(message)]);
});

test('a NAT router address without a private device is not dropped', () => {
  expect(messagesOf({ publicDevice: 'eth0', privateDevice: null, natRouter: '192.168.1.254' })).toEqual([
    '--nat-router needs --private-device: the private device cannot be guessed here',
  ]);
});
