import type { Dispose } from "#shared/base/dispose.ts";
import { isRecord, readNumber } from "#shared/base/parse.ts";
import type { FrameDress, RunnerInit, RunnerRequest } from "#shared/contracts/page/runnerFrame.ts";
import { isHello } from "../../adapters/runner/openRunnerFrame.ts";
import { followDress } from "../frame/frameDress.ts";

/** Pixels: what a script may claim to need. */
const HEIGHT_LIMIT = 20_000;

/** Makes a runner frame, which is loading, show a page with scripts. All it can do to this page is to say its height. */
export function connectScriptFrame(frame: HTMLIFrameElement, page: string, report: (height: number) => void): Dispose {
  const { port1, port2 } = new MessageChannel();
  let undress: Dispose = () => undefined;
  let drawing: number | undefined;
  const greeted = (event: MessageEvent<unknown>): void => {
    if (!isHello(event, frame)) return;
    window.removeEventListener("message", greeted);
    const init: RunnerInit = { type: "meshbook-runner-init" };
    frame.contentWindow?.postMessage(init, "*", [port2]);
    let shown = false;
    undress = followDress(frame, (dress: FrameDress) => {
      const request: RunnerRequest = shown ? { type: "dress", dress } : { type: "show", document: page, dress };
      shown = true;
      port1.postMessage(request);
    });
  };
  window.addEventListener("message", greeted);
  port1.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    const height = isRecord(data) && data["type"] === "size" ? readNumber(data["height"], 0, Infinity) : undefined;
    if (height === undefined) return;
    // Not more often than it can be seen.
    cancelAnimationFrame(drawing ?? 0);
    drawing = requestAnimationFrame(() => report(Math.min(height, HEIGHT_LIMIT)));
  });
  port1.start();
  return () => {
    window.removeEventListener("message", greeted);
    cancelAnimationFrame(drawing ?? 0);
    undress();
    port1.close();
  };
}
