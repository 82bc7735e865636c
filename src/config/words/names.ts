import { canonicalAddress } from '../../model/ip.ts';
import type { Problem } from './problem.ts';

/** IFNAMSIZ less the terminating zero; of devices and of labels. */
export const longestDeviceName = 15;

// Not digits alone: as keys of an object such names would not keep their order.
const nameForm = /^(?!\d+$)[A-Za-z0-9][A-Za-z0-9._-]*$/;
const nameAllowed = 'letters, digits, ".", "_" and "-", a letter or digit first, not digits alone';

export function routerNameProblem(name: string): Problem | null {
  return nameForm.test(name) ? null : { allowed: nameAllowed };
}

// The kernel takes more, but no shell and no terminal would read it as it stands; "#" and "!" begin comments, for ip -batch and
// in a keepalived.conf.
const deviceForm = /^[\w.@+=,~^%][\w.@+=,~^%-]*$/;
const labelForm = /^[\w.@+=,~^%][\w.@+=,~^%-]*:[\w.@+=,~^%:-]+$/;

/** A virtual server's name must not read as an address, since either can be typed where VIP is asked for. */
export function virtualServerNameProblem(name: string): Problem | null {
  if (!nameForm.test(name)) return { allowed: nameAllowed };
  // Other forms have characters that names have not.
  return canonicalAddress(name) !== null ? { allowed: 'a name that cannot be taken for an address' } : null;
}

export function deviceProblem(device: string): Problem | null {
  const fits = device.length <= longestDeviceName && deviceForm.test(device);
  if (fits && device !== '.' && device !== '..') return null;
  return {
    allowed: `a network device's name: at most ${longestDeviceName} letters, digits and signs, without "/", ":", "#", "!", blanks, quotes, "$" and "\\"`,
  };
}

export function labelProblem(label: string): Problem | null {
  if (label.length > longestDeviceName) return { allowed: `at most ${longestDeviceName} characters` };
  return labelForm.test(label) ? null : { allowed: 'DEVICE:ALIAS, such as eth0:1' };
}
