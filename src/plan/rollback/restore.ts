import { oneLine } from '../../grammar/one-line.ts';

/**
 * Takes back what the run wrote in lvs.yaml, and nothing that was edited since; its words are the file, in full, and the digest of
 * what the run wrote. The new file is made beside it under a name that none could know, and takes its place when it is on the disk.
 */
export const restore = oneLine`
[ -f "$1" ] && [ ! -h "$1" ] && [ "$(sha256sum <"$1" | cut -c 1-64)" = "$2" ] || exit 0;
place=$(dirname -- "$1");
umask 077;
new=$(mktemp -- "$place/.lvs.XXXXXXXXXX") || exit;
trap 'rm -f -- "$new"' EXIT;
cat >"$new" && chmod --reference="$1" -- "$new" && { chown --reference="$1" -- "$new" || [ "$(id -u)" != 0 ]; } &&
sync -- "$new" && mv -f -- "$new" "$1" && sync -- "$place"`;

/**
 * The same, which is its first word, as the owner of the directory: in a directory that is not root's, root would write wherever
 * a symbolic link leads. A directory in which others can write is left alone.
 */
export const restoreAsOwner = oneLine`
place=$(dirname -- "$1");
case $(stat -c %A -- "$place") in
  d????-??-?) ;;
  *) echo "others can write in $place: $1 is left as the run wrote it" >&2; exit 1;;
esac;
owner=$(stat -c %u -- "$place");
if [ "$(id -u)" = 0 ] && [ "$owner" != 0 ]; then
  set -- setpriv --reuid="$owner" --regid="$(stat -c %g -- "$place")" --clear-groups sh -c "$0" restore "$@";
else set -- sh -c "$0" restore "$@"; fi;
"$@"`;
