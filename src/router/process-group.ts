/** Sends a signal to every process of a group that a child leads or led; none may be left. */
export function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // Nothing of it is left.
  }
}
