import { openBrowserKernels, type BrowserKernels } from "../support/browserKernels.ts";
import { pythonKernelContract } from "./pythonKernel.ts";

let kernels: BrowserKernels;

pythonKernelContract("a worker in the runner frame, in Chromium", {
  setUp: async () => {
    kernels = await openBrowserKernels();
  },
  tearDown: () => kernels.close(),
  start: () => kernels.start(),
  asks: true,
});
