// Runs the DocSource suite on y-webrtc inside a browser page. y-webrtc keeps its rooms in a map of the module, so each
// replica lives in a frame of its own with a module of its own.

import type * as Y from "yjs";
import { applyUpdate, Doc } from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { signallingUrl, WebrtcDocSource } from "#shared/adapters/webrtc/WebrtcDocSource.ts";
import type { DocSource } from "#shared/ports/DocSource.ts";
import { docSourceCases } from "./docSource.ts";
import type { DocSourceHarness, DocSourcePlace } from "./docSourceHarness.ts";

/** Most replicas of one case. */
const REPLICAS = 3;

interface ReplicaFrame {
  createDoc(): Y.Doc;
  /** Does nothing to a document of another frame. */
  applyUpdate(doc: Y.Doc, update: Uint8Array, origin: unknown): void;
  createSource(room: string): DocSource;
  /** Sends bytes as they are to whoever this frame has a link to. */
  sendRaw(bytes: Uint8Array<ArrayBuffer>): void;
  /** Links of any kind that are open. */
  openLinks(): number;
}

type FrameWindow = Window & { replicaFrame: ReplicaFrame };

const problems: string[] = [];
const report = (what: string): void => void (top as Window & { problems: string[] }).problems.push(what);
addEventListener("error", (event) => report(`error: ${event.message}`));
addEventListener("unhandledrejection", (event) => report(`unhandled rejection: ${String(event.reason)}`));

if (parent === window) Object.assign(window, { problems, contract: { names, run } });
else Object.assign(window, { replicaFrame: replicaFrame() });

function replicaFrame(): ReplicaFrame {
  const channels = new Set<RTCDataChannel>();
  class WatchedConnection extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener("datachannel", (event) => channels.add(event.channel));
    }
    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, options);
      channels.add(channel);
      return channel;
    }
  }
  return {
    createDoc: () => new Doc(),
    applyUpdate: (doc, update, origin) => {
      if (doc instanceof Doc) applyUpdate(doc, update, origin);
    },
    createSource: (room) =>
      new WebrtcDocSource({
        signalling: signallingUrl(location.href),
        room,
        password: "password",
        rtc: { RTCPeerConnection: WatchedConnection, RTCSessionDescription, RTCIceCandidate },
        clock: systemClock,
        logger: silentLogger,
      }),
    sendRaw: (bytes) => {
      for (const channel of channels) if (channel.readyState === "open") channel.send(bytes);
    },
    openLinks: () => [...channels].filter((channel) => channel.readyState !== "closed").length,
  };
}

const harness: DocSourceHarness = {
  name: "WebrtcDocSource",
  stores: false,
  live: true,
  presence: true,
  damages: true,
  // Cutting signalling cuts no link; what happens without a network is tested with real ones.
  cuts: false,
  open: async (): Promise<DocSourcePlace> => {
    const room = `room-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
    const frames = await Promise.all(Array.from({ length: REPLICAS }, () => openFrame()));
    const windows = frames.map((frame) => (frame.contentWindow as FrameWindow).replicaFrame);
    let made = 0;
    return {
      createDoc: () => windows[made]!.createDoc(),
      applyUpdate: (doc, update, origin) => {
        for (const one of windows) one.applyUpdate(doc, update, origin);
      },
      source: () => windows[made++]!.createSource(room),
      damage: () => {
        for (const bytes of [[0], [0, 2, 200], [0, 2, 3, 1, 2, 3], [1, 9, 1], [4, 1, 1, 65], [127], [99], []]) {
          for (const one of windows) one.sendRaw(new Uint8Array(bytes));
        }
        return Promise.resolve();
      },
      leftovers: () => windows.flatMap((one, index) => (one.openLinks() > 0 ? [`links of replica ${index}`] : [])),
      close: () => Promise.resolve(frames.forEach((frame) => frame.remove())),
    };
  },
};

function openFrame(): Promise<HTMLIFrameElement> {
  return new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.src = "/?frame";
    frame.addEventListener("load", () => resolve(frame));
    document.body.append(frame);
  });
}

function names(): readonly string[] {
  return docSourceCases(harness).map(({ name }) => name);
}

/** Runs one case; gives what went wrong, or nothing. */
async function run(name: string): Promise<string | undefined> {
  try {
    await docSourceCases(harness)
      .find((one) => one.name === name)
      ?.run();
    return problems.length > 0 ? problems.splice(0).join("; ") : undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
