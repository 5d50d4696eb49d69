/** Writes `sw.js` into `outDir`, which must hold everything else of the build. */
export function buildServiceWorker(outDir: string): Promise<void>;
