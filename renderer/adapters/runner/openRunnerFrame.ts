import type { Dispose } from "#shared/base/dispose.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";

/** A frame or worker that has not started after this long will not: it takes a tenth of a second on a slow laptop. */
const START_LIMIT: Milliseconds = seconds(10);

/** Makes a hidden frame of an opaque origin. Resolves when it has greeted; rejects, without a trace, if it does not. */
export async function openRunnerFrame(url: string, clock: Clock): Promise<HTMLIFrameElement> {
  const frame = document.createElement("iframe");
  // Not `display: none`: browsers slow down what is not rendered.
  Object.assign(frame.style, { position: "absolute", width: "0", height: "0", border: "0", visibility: "hidden" });
  frame.tabIndex = -1;
  frame.title = "Runs the code of this notebook";
  frame.setAttribute("aria-hidden", "true");
  frame.src = url;
  let dispose: Dispose = () => undefined;
  try {
    const greeted = inTime(clock, "the frame that runs code did not start", (resolve: () => void) => {
      const listen = (event: MessageEvent<unknown>): void => {
        if (isHello(event, frame)) resolve();
      };
      window.addEventListener("message", listen);
      dispose = () => window.removeEventListener("message", listen);
    });
    document.body.append(frame);
    await greeted;
    return frame;
  } catch (error) {
    frame.remove();
    throw error;
  } finally {
    dispose();
  }
}

/** Rejects with `message` if what is begun does not come to an end in time. */
export function inTime(
  clock: Clock,
  message: string,
  begin: (resolve: () => void, reject: (error: Error) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const dispose = clock.after(START_LIMIT, () => reject(new Error(message)));
    begin(
      () => {
        dispose();
        resolve();
      },
      (error) => {
        dispose();
        reject(error);
      },
    );
  });
}

/** The frame's own greeting, from its own window, and only if the browser has isolated it. */
export function isHello(event: MessageEvent<unknown>, frame: HTMLIFrameElement): boolean {
  const { data, origin, source } = event;
  if (source === null || source !== frame.contentWindow || origin !== "null") return false;
  return typeof data === "object" && data !== null && "type" in data && data.type === "meshbook-runner-hello";
}
