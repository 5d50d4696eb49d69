import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { cellSource } from "#shared/notebook/cell.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { RemoteCursors } from "../../../../renderer/peers/RemoteCursors.ts";
import { fakeId } from "../../../support/fake/FakeMeshbook.ts";
import { openNotebook } from "../../../support/fake/openNotebook.ts";

function setUp() {
  const open = openNotebook("hello", "world");
  const { awareness, doc } = open.session;
  const texts = open.ids.map((id) => cellSource(notebookRoots(doc).cells, id)!);
  const cursors = new RemoteCursors(open.session.editorAwareness, ({ user }) => user.name);
  const at = (text: Y.Text, index: number): unknown =>
    Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index));
  const show = (client: number, state: unknown): void => {
    awareness.states.set(client, state as never);
    awareness.emit("change", [{ added: [client], updated: [], removed: [] }, "test"]);
  };
  const ben = (cursor: unknown): void => show(7, { peer: fakeId("ben"), user: { name: "Ben" }, cursor });
  return { texts, cursors, at, show, ben, awareness };
}

describe("RemoteCursors", () => {
  it("tells only the texts that a caret left or came to", () => {
    const { texts, cursors, at, ben } = setUp();
    const heard: number[] = [];
    texts.forEach((text, index) => cursors.watch(text, () => heard.push(index)));
    ben({ anchor: at(texts[0]!, 1), head: at(texts[0]!, 3) });
    expect(cursors.in(texts[0]!).map(({ name, client }) => ({ name, client }))).toEqual([{ name: "Ben", client: 7 }]);
    ben({ anchor: at(texts[1]!, 0), head: at(texts[1]!, 0) });
    expect(heard).toEqual([0, 0, 1]);
    expect(cursors.in(texts[0]!)).toEqual([]);
  });

  it("does not wake anybody for presence that moves no caret", () => {
    const { texts, cursors, at, ben, show } = setUp();
    const cursor = { anchor: at(texts[0]!, 1), head: at(texts[0]!, 1) };
    ben(cursor);
    let wakes = 0;
    cursors.watch(texts[0]!, () => wakes++);
    show(7, { peer: fakeId("ben"), user: { name: "Ben" }, cursor, digest: "new" });
    expect(wakes).toBe(0);
  });

  it("forgets who left", () => {
    const { texts, cursors, at, ben, awareness } = setUp();
    ben({ anchor: at(texts[0]!, 1), head: at(texts[0]!, 1) });
    awareness.states.delete(7);
    awareness.emit("change", [{ added: [], updated: [], removed: [7] }, "test"]);
    expect(cursors.in(texts[0]!)).toEqual([]);
  });

  it("shows nothing of presence that makes no sense, and does not break by it", () => {
    const { texts, cursors, at, show } = setUp();
    const good = at(texts[0]!, 1);
    const states = [
      null,
      "text",
      { cursor: { anchor: good, head: good } },
      { peer: fakeId("eve"), cursor: "x" },
      { peer: fakeId("eve"), cursor: { anchor: {}, head: {} } },
      { peer: fakeId("eve"), cursor: { anchor: good, head: { type: { client: -1, clock: 1e99 }, item: "no" } } },
      { peer: fakeId("eve"), cursor: { anchor: good, head: { tname: "cells", item: null, assoc: 0 } } },
      { peer: fakeId("eve"), cursor: { anchor: good, head: at(texts[1]!, 0) } },
    ];
    states.forEach((state, index) => show(100 + index, state));
    expect(texts.flatMap((text) => cursors.in(text))).toEqual([]);
  });
});
