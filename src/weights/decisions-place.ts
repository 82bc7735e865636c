/** Where a router's monitor keeps its decisions. It holds an exclusive lock, flock(2), on the file for as long as it lives. */
export const decisionsPlace = '/run/lvs/monitor.json';
