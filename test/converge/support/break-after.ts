import type { SimulatedRouter } from './simulated-router.ts';

/** Ends the session to a router once, when it has run the command that begins so. */
export function breakAfter({ kernel }: SimulatedRouter, command: string, { forGood = false } = {}): void {
  const execute = kernel.execute.bind(kernel);
  let broken = false;
  kernel.execute = (argv, stdin) => {
    if (broken && forGood) return { status: 255, stdout: '', stderr: 'Broken pipe\n' };
    const result = execute(argv, stdin);
    if (broken || !`${argv.join(' ')} ${stdin}`.includes(command)) return result;
    broken = true;
    return { status: 255, stdout: '', stderr: 'Broken pipe\n' };
  };
}
