/** Where a router keeps what it needs to end by itself a run that died. */
export const leasePlace = '/run/lvs/lease';

/** Seconds without a sign of life after which a run counts as dead: of one every two seconds several may be late. */
export const leaseSeconds = 6;
