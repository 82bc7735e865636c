/** Where a router keeps what it needs to put a run back by itself. */
export const wayBackPlace = '/run/lvs/confirm';

/** The files among it, for a router that is started anew: about and steps, as they stand there. */
export const lastingPlace = '/var/lib/lvs/confirm';
