// y-webrtc also joins the tabs of one browser over BroadcastChannel. Here one tab holds the links for all, and the others
// reach it by a way of their own; y-webrtc's would say everything twice, and encode the whole document on joining (1.4 s
// for 20 MB). So it joins with an empty document, is told to leave tabs alone, and gets the real one.

import * as Y from "yjs";
import type { YWebrtcProvider, YWebrtcRoom } from "./yWebrtc.ts";

/** What y-webrtc is to join with: it looks for the presence of the document's client. */
export function emptyFor(doc: Y.Doc): Y.Doc {
  const empty = new Y.Doc();
  empty.clientID = doc.clientID;
  return empty;
}

/** To be called when the room is open and before anything can have reached it. @throws Error if it is not open */
export function giveDocument(provider: YWebrtcProvider, doc: Y.Doc): YWebrtcRoom {
  const { room } = provider;
  if (room === null) throw new Error("y-webrtc opened no room");
  room.bcconnected = false;
  // Everything that goes to tabs or comes from them passes through this.
  room.mux = () => {};
  room.doc.off("update", room._docUpdateHandler);
  provider.doc = room.doc = doc;
  doc.on("update", room._docUpdateHandler);
  return room;
}
