// A page with a stock y-webrtc provider and nothing of ours, for the test of our signalling.

import { WebrtcProvider } from "y-webrtc";
import * as Y from "yjs";

declare global {
  var stockPage: {
    join(signalling: string, room: string, password: string | undefined): void;
    write(text: string): void;
    read(): string;
    peers(): number;
  };
}

const doc = new Y.Doc();
let provider: WebrtcProvider | undefined;

globalThis.stockPage = {
  join: (signalling, room, password) => {
    // Pages of one browser would otherwise speak over a BroadcastChannel, past the signalling under test.
    const options = { signaling: [signalling], filterBcConns: false };
    provider = new WebrtcProvider(room, doc, password === undefined ? options : { ...options, password });
  },
  write: (text) => doc.getText("t").insert(0, text),
  read: () => doc.getText("t").toString(),
  peers: () => provider?.room?.webrtcConns.size ?? 0,
};
