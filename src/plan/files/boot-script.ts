import { bootAsk } from './boot/ask.ts';
import { bootClaim } from './boot/claim.ts';
import { bootLoad } from './boot/load.ts';
import { bootRecover } from './boot/recover.ts';

/**
 * What a router runs when it boots, a POSIX shell script that is the same for all: the data stand in boot.rules and boot.conf
 * beside it. Every line of boot.conf is a word that says what it is about, and words for the program concerned:
 *
 *   setting NAME VALUE           for sysctl(8)
 *   timeouts TCP TCP-FIN UDP     seconds, for ipvsadm(8)
 *   daemon OPTIONS               for ipvsadm(8)
 *   election FILE                which keeps keepalived from electing this router, where there is not 0 in it
 *   claim ADDRESS PREFIX DEVICE [LABEL]
 *   carriers SECONDS             at most, until every device of a claim has one
 *   wait SECONDS                 then, before it is looked who holds the addresses
 *   look SECONDS keep|yield      after a claim, and again after the line before: what to do where another holds them, too
 *
 * Without a word it rolls back files of a run that was not confirmed before the router went down, loads the rules, and what
 * belongs to them; with `recover` it does only the first; with `claim` it claims the addresses, for which it may have to wait long.
 */
export const bootScript = `#!/bin/sh
# Written by lvs, from lvs.yaml: what is changed here is lost. lvs-boot.service runs it; lvsadm(8) says what for.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
umask 022
here=\${0%/*}
status=0
set -f

failed() { echo "lvs-boot: $*" >&2; status=1; }
# Runs the words after "each KIND COMMAND…" for every line of that kind, with the line's words behind.
each() {
  kind=$1; shift
  while read -r word rest; do
    [ "$word" != "$kind" ] || "$@" $rest || failed "$* $rest"
  done <"$here/boot.conf"
}
${bootRecover}${bootLoad}${bootAsk}${bootClaim}
mkdir -p -m 700 /run/lvs
case $1 in
  '') recover; load;;
  recover) recover;;
  claim) claim_and_look_again;;
  *) failed "there is no part \\"$1\\": it is recover, claim, or none";;
esac
exit "$status"
`;
