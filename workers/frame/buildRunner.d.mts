/** Builds the frame and the kernel worker into one page, to be served with `RUNNER_HEADERS`. */
export function bundleRunner(): Promise<string>;
/** Writes `runner.html` into `outDir`, a folder that is made if it is not there. */
export function buildRunner(outDir: string): Promise<void>;
