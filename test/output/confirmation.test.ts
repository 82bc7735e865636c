import { describe, expect, it } from 'vitest';
import type { ConfirmationStatus, RouterPending } from '../../src/converge/confirm.ts';
import { confirmationDocument, confirmationFaults, renderConfirmation } from '../../src/output/confirmation.ts';
import { paintFor } from '../../src/output/paint.ts';
import { parsePending } from '../../src/router/pending.ts';

const about = ['ann', 'desk', 'noon', 'lvs apply --confirm 60', '12:01', '60', 'lvs1 lvs2', '']
  .map((line) => `about ${line}`)
  .join('\n');
const paint = paintFor({ isTTY: false } as typeof process.stdout, false);

function router(text: string, name = 'lvs1'): RouterPending {
  return { name, ...parsePending(text) };
}

function shown(routers: RouterPending[], unreachable: ConfirmationStatus['unreachable'] = []): string {
  return renderConfirmation(confirmationDocument({ routers, unreachable }), paint);
}

describe('what a router says of a run that is to be confirmed', () => {
  it('is nothing where there was none', () => {
    expect(shown([router('')])).toBe('lvs1 nothing waits to be confirmed');
  });

  it('is who waits, and until when', () => {
    const waiting = router(`state armed\nleft 4250\n${about}\n`);
    expect(confirmationDocument({ routers: [waiting], unreachable: [] })).toEqual({
      version: 1,
      pending: true,
      routers: [
        {
          name: 'lvs1',
          state: 'pending',
          who: 'ann',
          from: 'desk',
          since: 'noon',
          command: 'lvs apply --confirm 60',
          until: '12:01',
          secondsLeft: 42.5,
        },
      ],
    });
    expect(shown([waiting])).toBe(
      'lvs1 waits for a confirmation of lvs apply --confirm 60 (ann, from desk) until 12:01, 42 s from now',
    );
  });

  it('is what became of it, and what is wrong', () => {
    const failed = router(`state failed\nleft -100\n${about}\nreport ip: no such luck\n`);
    const gone = router(`state armed\nunwatched\nleft 100\n${about}\n`, 'lvs2');
    expect(shown([failed, router(`state put-back\n${about}\n`, 'lvs2')])).toBe(
      'lvs1 could not roll back everything of lvs apply --confirm 60 (ann, from desk)\n  ip: no such luck\nlvs2 has rolled back lvs apply --confirm 60 (ann, from desk)',
    );
    expect(confirmationFaults(confirmationDocument({ routers: [failed, gone], unreachable: [] }))).toEqual([
      'lvs1 could not roll back everything of "lvs apply --confirm 60": ip: no such luck: see "lvs diff"',
      'lvs2 will not roll back "lvs apply --confirm 60": its process is gone',
    ]);
  });
});
