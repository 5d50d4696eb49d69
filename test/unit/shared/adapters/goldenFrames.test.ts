// Bytes on the wire do not change: other programs, and our own of last term, must go on understanding them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import {
  answerFrame,
  askFrame,
  awarenessFrame,
  queryAwarenessFrame,
  readHubFrame,
  updateFrame,
} from "#shared/adapters/hub/hubFrames.ts";
import { readRelayFrame } from "#shared/adapters/mqtt/relayFrames.ts";
import { askMessage, cleanMessage, isAnswer, queryAwarenessMessage } from "#shared/adapters/webrtc/peerMessage.ts";
import { isRecord } from "#shared/base/parse.ts";
import { readAwarenessUpdate, writeAwarenessUpdate } from "#shared/presence/cleanAwareness.ts";

const file = join(import.meta.dirname, "../../../fixtures/sync/yProtocolsFrames.json");
const fixture: unknown = JSON.parse(readFileSync(file, "utf8"));

function golden(name: string): Uint8Array<ArrayBuffer> {
  const hex = isRecord(fixture) ? fixture[name] : undefined;
  if (typeof hex !== "string") throw new Error(`no fixture ${name}`);
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

const [stateVector, update] = [golden("stateVector"), golden("update")];

describe("frames of y-protocols, as recorded", () => {
  it("are what the hub's client, the broker and tabs write", () => {
    expect(askFrame(stateVector)).toEqual(golden("syncStep1"));
    expect(answerFrame(update)).toEqual(golden("syncStep2"));
    expect(updateFrame(update)).toEqual(golden("syncUpdate"));
    expect(awarenessFrame(golden("awarenessUpdate"))).toEqual(golden("awareness"));
    expect(queryAwarenessFrame()).toEqual(golden("queryAwareness"));
  });

  it("are what goes over data channels", () => {
    expect(askMessage(stateVector)).toEqual(golden("syncStep1"));
    expect(queryAwarenessMessage()).toEqual(golden("queryAwareness"));
    expect(isAnswer(golden("syncStep2"))).toBe(true);
    for (const name of ["syncStep1", "syncStep2", "syncUpdate", "awareness", "awarenessLeft", "queryAwareness"]) {
      expect(cleanMessage(golden(name), 1), name).toEqual(golden(name));
    }
  });

  it.each([readHubFrame, readRelayFrame])("are read by %o", (read) => {
    expect(read(golden("syncStep1"))).toMatchObject({ type: "ask", stateVector });
    expect(read(golden("syncStep2"))).toEqual({ type: "update", update, answer: true });
    expect(read(golden("syncUpdate"))).toEqual({ type: "update", update, answer: false });
    expect(read(golden("awareness"))).toEqual({ type: "awareness", update: golden("awarenessUpdate") });
    expect(read(golden("queryAwareness"))).toEqual({ type: "query-awareness" });
  });

  it("hold the document they were recorded of", () => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, update);
    expect(doc.getText("t").toJSON()).toBe("i");
    expect(Y.encodeStateVector(doc)).toEqual(stateVector);
    expect(Y.encodeStateAsUpdate(doc)).toEqual(update);
  });

  it("hold the presence they were recorded of, which our reader and y-protocols read alike", () => {
    const entries = readAwarenessUpdate(golden("awarenessUpdate"));
    expect(entries).toEqual([{ client: 7, clock: 1, state: { name: "Ana" } }]);
    expect(writeAwarenessUpdate(entries ?? [])).toEqual(golden("awarenessUpdate"));
    const awareness = new Awareness(new Y.Doc());
    applyAwarenessUpdate(awareness, golden("awarenessUpdate"), "test");
    expect(awareness.getStates().get(7)).toEqual({ name: "Ana" });
    expect(encodeAwarenessUpdate(awareness, [7])).toEqual(golden("awarenessUpdate"));
    const left = readHubFrame(golden("awarenessLeft"));
    expect(left?.type === "awareness" && readAwarenessUpdate(left.update)).toEqual([
      { client: 7, clock: 2, state: undefined },
    ]);
    awareness.destroy();
  });
});
