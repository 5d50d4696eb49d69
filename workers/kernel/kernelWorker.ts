// Entry of the worker that executes cells in a page: a classic worker inside the runner frame. The frame's first message
// brings the port to the app, and memory by which the frame reaches a thread that computes; nothing else is ever listened
// to.

import { expose } from "comlink";
import { KernelSignals } from "#shared/contracts/kernel/kernelSignals.ts";
import type { ClusterQuestion } from "#shared/contracts/kernel/clusterCalls.ts";
import type {
  KernelWorkerAnswer,
  KernelWorkerApi,
  KernelWorkerCopy,
  KernelWorkerEvents,
  KernelWorkerQuestion,
  KernelWorkerReady,
} from "#shared/contracts/kernel/kernelWorkerApi.ts";
import { addPlot } from "../plot/addPlot.ts";
import { addPython } from "../python/addPython.ts";
import { addSql } from "../sql/addSql.ts";
import { AskPage } from "./askPage.ts";
import { AskCluster } from "./cluster/AskCluster.ts";
import { catchUncaught } from "./catchUncaught.ts";
import { CellRuntime } from "./CellRuntime.ts";
import { trackProxies } from "./inspection/knownProxies.ts";
import { lockDown } from "./lockDown.ts";

/** Frames of a stack that are recorded: those of the cell are the innermost. */
const STACK_FRAMES = 50;

addEventListener(
  "message",
  ({ data, ports: [port] }: MessageEvent<{ signals?: SharedArrayBuffer }>) => {
    if (port) start(port, data.signals && new KernelSignals(data.signals));
  },
  { once: true },
);
lockDown();
trackProxies(globalThis);
Object.assign(Error, { stackTraceLimit: STACK_FRAMES });

function start(port: MessagePort, signals: KernelSignals | undefined): void {
  const send = (
    message: KernelWorkerEvents | KernelWorkerQuestion | KernelWorkerCopy | ClusterQuestion | KernelWorkerReady,
  ): void => port.postMessage(message);
  const others = new AskCluster(send);
  // What comes with the end of a run is shown in one step with it.
  let rest: Pick<KernelWorkerAnswer, "outputs"> = {};
  const runtime = new CellRuntime(
    (run, events, isLast) => {
      const json = JSON.stringify(events);
      if (isLast) rest = { outputs: json };
      else send({ type: "events", run, json });
    },
    (run, task) => others.ask(run, task),
  );
  const user = new AskPage(signals, send);
  runtime.askCopy = (run, copy) => user.askCopy(run, copy);
  catchUncaught(runtime);
  Object.defineProperty(globalThis, "console", { value: runtime.console, configurable: true });
  const api: KernelWorkerApi = {
    execute: async ({ run, turn, program, before }): Promise<KernelWorkerAnswer> => {
      signals?.begin(turn);
      user.run = run;
      rest = {};
      try {
        const end = await runtime.execute(run, program, before);
        return { ...end, ...rest };
      } finally {
        user.run = undefined;
      }
    },
    startPython: (files) =>
      addPython(runtime, files, {
        signals,
        ask: (prompt, secret) => user.ask(prompt, secret),
        whyNoInput: () => user.whyNot,
      }),
    startSql: (files) => addSql(runtime, files),
    startPlot: (program) => addPlot(runtime, program),
    addModules: (modules) => runtime.modules.add(modules),
    addWheels: (wheels) => runtime.addWheels(wheels),
    answer: (text) => user.answer(text),
    answerCluster: (call, answer) => others.answer(call, answer),
    inspect: (question) => Promise.resolve(runtime.inspect(question)),
  };
  expose(api, port);
  send({ type: "ready" });
}
