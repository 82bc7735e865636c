import { carryOut } from '../../rollback/carry-out.ts';
import { lastingPlace, syncLasting, wayBackPlace } from '../../rollback/place.ts';

/**
 * The part of the boot script that rolls back the files of a run that was not confirmed when the router went down: addresses
 * and rules went with it. It comes before all else, so that what is loaded is what was there before the run. What became of the
 * run stands then where a process that waited would have left it; while there is one, it is no boot.
 */
export const bootRecover = `
${carryOut}
recover() {
  [ -e ${lastingPlace}/steps ] && [ ! -e ${wayBackPlace}/armed ] || return 0
  (
    umask 077
    cd ${lastingPlace} || exit
    rm -f report
    carry_out steps
    result=put-back
    [ ! -s report ] || result=failed
    rm -rf ${wayBackPlace}
    mkdir -p ${wayBackPlace}
    cp about ${wayBackPlace}
    [ ! -s report ] || cp report ${wayBackPlace}
    : >${wayBackPlace}/$result
    if [ -s report ]; then echo "lvs-boot: not all files could be rolled back: $(head -n 1 report)" >&2; fi
    logger -t lvs -p user.warning -- "$(sed -n 1p about), from $(sed -n 2p about): $(sed -n 4p about): not confirmed before a restart: files rolled back" &
  )
  rm -rf ${lastingPlace}
  ${syncLasting}
}
`;
