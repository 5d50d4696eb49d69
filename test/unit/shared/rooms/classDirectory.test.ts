import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { RoomId } from "#shared/base/ids.ts";
import { observeDirectory, putInDirectory, readDirectory } from "#shared/rooms/classDirectory.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import { createReplica, syncAll } from "../../../support/replicas.ts";

describe("the directory of a class", () => {
  it("lists what anybody put in, the latest title winning", () => {
    const [a, b] = [createReplica(), createReplica()];
    const first = { room: RoomId.create(), secret: createRoomSecret(), title: "Lab 1" };
    const second = { room: RoomId.create(), secret: createRoomSecret(), title: "Lab 2" };
    putInDirectory(a.doc, first);
    putInDirectory(b.doc, second);
    syncAll([a, b]);
    putInDirectory(b.doc, { ...first, title: "Lab 1, corrected" });
    syncAll([a, b]);
    expect(readDirectory(a.doc)).toEqual(
      new Map([
        [first.room, { ...first, title: "Lab 1, corrected" }],
        [second.room, second],
      ]),
    );
    expect(readDirectory(b.doc)).toEqual(readDirectory(a.doc));
  });

  it.each([7, "text", {}, { secret: "short", title: "x" }, { secret: 7 }])("leaves out %j", (value) => {
    const doc = new Y.Doc();
    doc.getMap("notebooks").set(RoomId.create(), value);
    doc.getMap("notebooks").set("../evil", { secret: "A".repeat(43), title: "x" });
    expect(readDirectory(doc).size).toBe(0);
  });

  it("tells when it changes, until told to stop", () => {
    const doc = new Y.Doc();
    let calls = 0;
    const stop = observeDirectory(doc, () => calls++);
    putInDirectory(doc, { room: RoomId.create(), secret: createRoomSecret(), title: "Lab" });
    stop();
    putInDirectory(doc, { room: RoomId.create(), secret: createRoomSecret(), title: "Lab" });
    expect(calls).toBe(1);
  });
});
