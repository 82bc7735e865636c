/** Where a router keeps what it needs to end by itself a run that died. */
export const leasePlace = '/run/lvs/lease';

/**
 * Seconds without a sign of life after which a run counts as dead: of one every two seconds several may be late. It is armed when
 * the run is planned, so that of what lvs itself computes for thousands of servers only the verification falls into it.
 */
export const leaseSeconds = 6;
