/** Where a router keeps what it needs to put a run back by itself. */
export const wayBackPlace = '/run/lvs/confirm';

/** The files among it, for a router that is started anew: about and steps, as they stand there. */
const lasting = '/var/lib/lvs';
export const lastingPlace = `${lasting}/confirm`;

/** Makes it durable that the place came, or went. */
export const syncLasting = `sync ${lasting}`;
