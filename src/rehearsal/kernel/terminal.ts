import { execa } from 'execa';

/** Remembers the terminal's settings; what is returned puts them back, should the kernel have had no time to do so. */
export async function saveTerminal(): Promise<() => Promise<void>> {
  const { stdout: settings } = await execa('stty', ['-g'], { stdin: 'inherit' });
  return async () => {
    await execa('stty', [settings], { stdin: 'inherit', reject: false });
  };
}
