import fc from "fast-check";
import * as encoding from "lib0/encoding";
import { describe, expect, it } from "vitest";
import * as syncProtocol from "y-protocols/sync";
import * as Y from "yjs";
import {
  answerFrame,
  askFrame,
  awarenessFrame,
  queryAwarenessFrame,
  readHubFrame,
  updateFrame,
} from "#shared/adapters/hub/hubFrames.ts";

const bytes = new Uint8Array([1, 2, 3]);

describe("hub frames", () => {
  it("are those of y-protocols, byte for byte", () => {
    const doc = new Y.Doc();
    doc.getText("t").insert(0, "text");
    const stock = (write: (encoder: encoding.Encoder) => void): Uint8Array => {
      const encoder = encoding.createEncoder();
      encoding.writeVarUint(encoder, 0);
      write(encoder);
      return encoding.toUint8Array(encoder);
    };
    expect(askFrame(Y.encodeStateVector(doc))).toEqual(stock((encoder) => syncProtocol.writeSyncStep1(encoder, doc)));
    expect(answerFrame(Y.encodeStateAsUpdate(doc))).toEqual(
      stock((encoder) => syncProtocol.writeSyncStep2(encoder, doc)),
    );
    expect(updateFrame(bytes)).toEqual(stock((encoder) => syncProtocol.writeUpdate(encoder, bytes)));
  });

  it("read back as they were written", () => {
    expect(readHubFrame(askFrame(bytes))).toEqual({ type: "ask", stateVector: bytes });
    expect(readHubFrame(answerFrame(bytes))).toEqual({ type: "update", update: bytes, answer: true });
    expect(readHubFrame(updateFrame(bytes))).toEqual({ type: "update", update: bytes, answer: false });
    expect(readHubFrame(awarenessFrame(bytes))).toEqual({ type: "awareness", update: bytes });
    expect(readHubFrame(queryAwarenessFrame())).toEqual({ type: "query-awareness" });
    expect(readHubFrame(new Uint8Array([100, 5]))).toEqual({ type: "held", frames: 5 });
    expect(readHubFrame(new Uint8Array([2, 0, 2, 110, 111]))).toEqual({ type: "denied", reason: "no" });
    expect(readHubFrame(new Uint8Array([99]))).toEqual({ type: "unknown", frame: 99 });
  });

  it("never throw, whatever arrives", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (any) => void readHubFrame(any)));
    expect(readHubFrame(new Uint8Array())).toBeUndefined();
    expect(readHubFrame(new Uint8Array([0, 7, 1, 1]))).toBeUndefined();
    expect(readHubFrame(new Uint8Array([0, 2, 200]))).toBeUndefined();
  });
});
