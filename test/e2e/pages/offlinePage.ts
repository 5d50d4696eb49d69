// A page that is installed as the app is.

import { registerServiceWorker } from "../../../renderer/pwa/registerServiceWorker.ts";

// Missing on plain http pages, although the DOM types promise it.
const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;

class OfflineLab {
  /** What `save` answers. */
  canSave = true;
  saves = 0;
  readonly app = registerServiceWorker({
    container,
    save: () => {
      this.saves += 1;
      return Promise.resolve(this.canSave);
    },
    reload: () => location.reload(),
  });

  /** Loads the runner frame and tells what it is allowed. */
  async frame(): Promise<{ origin: string; hello: unknown }> {
    const frame = document.createElement("iframe");
    frame.src = "/runner.html";
    const heard = new Promise<MessageEvent<unknown>>((resolve) => {
      const listen = (event: MessageEvent<unknown>): void => {
        if (event.source !== frame.contentWindow) return;
        removeEventListener("message", listen);
        resolve(event);
      };
      addEventListener("message", listen);
    });
    document.body.append(frame);
    const { origin, data } = await heard;
    frame.remove();
    return { origin, hello: data };
  }

  async lateChunk(path: string): Promise<string> {
    return (await fetch(path)).text();
  }
}

declare global {
  var offlineLab: OfflineLab;
}
globalThis.offlineLab = new OfflineLab();
