import { openBrowserKernels, type BrowserKernels } from "../support/browserKernels.ts";
import { kernelContract } from "./kernel.ts";

let kernels: BrowserKernels;

kernelContract("a worker in the runner frame, in Chromium", {
  setUp: async () => {
    kernels = await openBrowserKernels();
  },
  tearDown: () => kernels.close(),
  start: () => kernels.start(),
  stopsLoops: true,
  hearsUncaught: true,
  // A frame whose own thread hangs is as good as dead: it is found out by its silence.
  kill: () => {
    void kernels
      .frame()
      .evaluate("while (true) {}")
      .catch(() => undefined);
    return Promise.resolve();
  },
});
