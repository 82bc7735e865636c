/** What the kernel says on every start and end, and on every network namespace, whatever runs in it. */
const noise = [
  /^SELinux:/,
  /^mmapper_init - /,
  /^Failed to initialize ubd device/,
  /^reboot: Power down/,
  /^sysrq: Power Off/,
  /^IPVS: /,
  /^IPv6: ADDRCONF/,
  /^bridge: filtering via/,
  /^random: /,
  /^device \S+ (entered|left) promiscuous mode/,
  /^br\d+: port /,
];

/** Whether a line of the console is the kernel's own habit, of no use to anybody. */
export function isConsoleNoise(line: string): boolean {
  const text = line.replace(/^\[\s*\d+\.\d+\]\s*/, '');
  return text === '' || noise.some((pattern) => pattern.test(text));
}
