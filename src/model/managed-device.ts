/** A device of floating addresses, and the service that manages it. */
export interface ManagedDevice {
  readonly device: string;
  readonly manager: 'systemd-networkd' | 'NetworkManager' | 'ifupdown';
  /** The file by which it configures the device; null: not known. */
  readonly file: string | null;
  /** Whether it is set up to leave addresses of others on the device. */
  readonly keeps: boolean;
}
