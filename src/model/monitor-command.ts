/** As what a monitor holds the lock of a router: never for long, and nobody could know when. */
export const monitorCommand = 'lvs monitor';
