/** Where a router keeps what it needs to put a run back by itself. */
export const wayBackPlace = '/run/lvs/confirm';
