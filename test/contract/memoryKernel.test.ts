import { MemoryKernel } from "../support/MemoryKernel.ts";
import { kernelContract } from "./kernel.ts";

kernelContract("in the test's own thread", {
  start: () => Promise.resolve(new MemoryKernel()),
  stopsLoops: false,
});
