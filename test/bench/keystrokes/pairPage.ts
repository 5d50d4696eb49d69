// A page that shows one text and takes keys, over the transport its address names: `?over=bare|hub|webrtc`. No product around
// it, and no editor unless `&editor` asks for a stock one: what is measured is the way from key to screen.

import { EditorView } from "@codemirror/view";
import { yCollab } from "y-codemirror.next";
import { WebsocketProvider } from "y-websocket";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { HubDocSource, hubUrl } from "#shared/adapters/hub/HubDocSource.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { signallingUrl, WebrtcDocSource } from "#shared/adapters/webrtc/WebrtcDocSource.ts";
import { RoomId } from "#shared/base/ids.ts";
import type { DocSource } from "#shared/ports/DocSource.ts";

const doc = new Y.Doc();
const awareness = new Awareness(doc);
const text = doc.getText("t");
const address = new URL(location.href).searchParams;
const room = RoomId.parse(address.get("room"))!;

if (address.has("editor")) showInEditor();
else showInElement();

switch (address.get("over") ?? "bare") {
  case "bare":
    new WebsocketProvider(address.get("at")!, room, doc, { awareness });
    break;
  case "hub":
    attach(new HubDocSource({ url: hubUrl(location.href, room), WebSocket, clock: systemClock, logger: silentLogger }));
    break;
  case "webrtc":
    attach(
      new WebrtcDocSource({
        signalling: signallingUrl(location.href),
        ...{ room, password: "password", clock: systemClock, logger: silentLogger },
        rtc: { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate },
      }),
    );
}

function attach(source: DocSource): void {
  source.attach({ doc, awareness }, () => {});
}

function showInElement(): void {
  const shown = document.createElement("pre");
  shown.id = "text";
  shown.tabIndex = 0;
  shown.style.cssText = "min-height: 10em; white-space: pre-wrap; overflow-wrap: anywhere";
  document.body.append(shown);
  text.observe(() => (shown.textContent = text.toJSON()));
  shown.addEventListener("keydown", (event) => {
    if (event.key.length === 1) text.insert(text.length, event.key);
    if (event.key === "Enter") text.insert(text.length, "\n");
  });
}

function showInEditor(): void {
  const parent = document.createElement("div");
  parent.id = "text";
  document.body.append(parent);
  new EditorView({ parent, extensions: [EditorView.lineWrapping, yCollab(text, awareness)] });
}
