/**
 * The part of the boot script that loads rules, settings and sync daemons. Where the rules cannot be loaded, a keepalived that
 * elects the active router is kept from electing this one: it would have addresses that nothing stands behind.
 */
export const bootLoad = `
setting() { name=$1; shift; sysctl -q -w "$name=$*"; }
stay_out() { echo 1 >"$1" && echo 'lvs-boot: keepalived is held at FAULT here until "lvs apply" has succeeded'; }

load() {
  modprobe -q ip_vs
  each setting setting
  each timeouts ipvsadm --set
  if [ -n "$(ipvsadm -Sn)" ]; then
    echo 'lvs-boot: there are rules already: they are left alone'
  elif said=$(ipvsadm -R <"$here/boot.rules" 2>&1) && [ -z "$said" ]; then
    :
  else
    failed "rules: $said"
    each election stay_out
  fi
  [ -n "$(ipvsadm -L --daemon 2>/dev/null)" ] || each daemon ipvsadm
}
`;
