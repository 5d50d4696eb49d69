import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { contentHashOfText } from "#shared/base/hash.ts";
import { referencedHashes } from "#shared/notebook/referencedHashes.ts";

const hash = contentHashOfText;
const found = (write: (doc: Y.Doc) => void): readonly string[] => {
  const doc = new Y.Doc();
  doc.transact(() => write(doc));
  // As a reader that knows none of its roots.
  const read = new Y.Doc();
  Y.applyUpdate(read, Y.encodeStateAsUpdate(doc));
  return [...referencedHashes(read)].sort();
};

describe("referencedHashes", () => {
  it("finds hashes in values and keys, nested in maps, lists and records, under any root", () => {
    const hashes = found((doc) => {
      doc.getMap("runs").set("cell", { outputs: [{ hash: hash("output") }, { deep: { [hash("key")]: 1 } }] });
      doc.getMap("files").set(hash("name"), new Y.Map([["body", hash("body")]]));
      doc.getArray("newer").push([1, [hash("listed")]]);
      doc.getText("notes").insertEmbed(0, { image: hash("embedded") });
    });
    expect(hashes).toEqual(["output", "key", "name", "body", "listed", "embedded"].map(hash).sort());
  });

  it("finds none in what was replaced or deleted, in text, or in what only looks like one", () => {
    const hashes = found((doc) => {
      const runs = doc.getMap("runs");
      runs.set("cell", { hash: hash("old") });
      runs.set("cell", { hash: "f".repeat(63) });
      runs.set("gone", new Y.Map([["hash", hash("gone")]]));
      runs.delete("gone");
      doc.getText("source").insert(0, hash("typed"));
    });
    expect(hashes).toEqual([]);
  });
});
