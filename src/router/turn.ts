/**
 * Starts the agent when nobody else has the turn, and keeps the turn until it ends. The agent does not know of it, nor do the
 * processes that outlive it: flock alone holds the file.
 */
const inTurn = `
[ -d /run/lvs ] || mkdir -p -m 700 /run/lvs || exit
umask 077
flock --close --wait "$1" --conflict-exit-code 75 /run/lvs/turn sh -c "$2"
status=$?
[ "$status" -ne 75 ] || echo "another takeover or release has not ended within $1 s" >&2
exit "$status"
`;

/** The same command for the agent (see connection.ts), for those who take turns and wait for them so long. */
export function takingTurns(command: readonly string[], mostSeconds = 10): string[] {
  const [agent = ''] = command.slice(-1);
  return [...command.slice(0, -1), inTurn, 'turn', String(mostSeconds), agent];
}
