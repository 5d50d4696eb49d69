import { wrap, type Remote } from "comlink";
import type { TransformedModule } from "#shared/packages/transformModule.ts";
import { ownProgram } from "../trusted.ts";
import type { TransformApi } from "./transformWorker.ts";
import transformWorker from "./transformWorker.ts?worker&url";

let worker: Remote<TransformApi> | undefined;

/** As `transformModule`, in a worker that is started when it is first needed. */
export function transformAside(source: string): Promise<TransformedModule> {
  worker ??= wrap<TransformApi>(new Worker(ownProgram(transformWorker), { type: "module" }));
  return worker.transform(source);
}
