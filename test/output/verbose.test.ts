import { expect, test } from 'vitest';
import { renderRequest } from '../../src/output/verbose.ts';

const request = { router: 'lvs1', verb: 'run', words: ['ipvsadm', '-Sn'], input: '', status: 0, milliseconds: 12.34 };

test.each([
  [request, 'lvs1# ipvsadm -Sn  0.012 s'],
  [{ ...request, status: 255 }, 'lvs1# ipvsadm -Sn  0.012 s, status 255'],
  [{ ...request, words: ['ipvsadm', '-R'], input: '-A -t 1.2.3.1:80\n-E\n' }, 'lvs1# ipvsadm -R # 2 lines  0.012 s'],
  [{ ...request, verb: 'apart', words: ['sh', '-c', 'a b'] }, "lvs1# sh -c 'a b' &  0.012 s"],
  [{ ...request, verb: 'facts', words: ['ipvsadm'] }, 'lvs1: reached, and looked around  0.012 s'],
  [{ ...request, verb: 'lock', words: ['root', 'here', 'now', 'lvs apply'] }, 'lvs1: lock  0.012 s'],
])('a request is one line: %#', (answered, line) => {
  expect(renderRequest(answered)).toBe(line);
});
