import type { SimulatedRouter } from './simulated-router.ts';

const broken = { status: 255, stdout: '', stderr: 'Broken pipe\n' };

/** Ends the session to a router once, when it has run the command that begins so. */
export function breakAfter(router: SimulatedRouter, command: string, { forGood = false } = {}): void {
  breakAt(router, command, { forGood, isRun: true });
}

/** The same, when it has been told to run it and has not. */
export function breakBefore(router: SimulatedRouter, command: string): void {
  breakAt(router, command, { forGood: false, isRun: false });
}

function breakAt(
  { kernel }: SimulatedRouter,
  command: string,
  { forGood, isRun }: { readonly forGood: boolean; readonly isRun: boolean },
): void {
  const execute = kernel.execute.bind(kernel);
  let isBroken = false;
  kernel.execute = (argv, stdin) => {
    if (isBroken && forGood) return broken;
    const isIt = !isBroken && `${argv.join(' ')} ${stdin}`.includes(command);
    const result = isIt && !isRun ? broken : execute(argv, stdin);
    if (isIt) isBroken = true;
    return isIt ? broken : result;
  };
}
