import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { observeKey } from "../../../../renderer/state/observeKey.ts";

function watched() {
  const map = new Y.Doc().getMap<unknown>("map");
  const told: string[] = [];
  const watch = (key: string, name = key) => observeKey(map, key, () => told.push(name));
  return { map, told, watch };
}

describe("observeKey", () => {
  it("tells of its own key only, when it is set, replaced and deleted", () => {
    const { map, told, watch } = watched();
    watch("a");
    map.set("b", 1);
    expect(told).toEqual([]);
    map.set("a", 1);
    map.set("a", 2);
    map.delete("a");
    expect(told).toEqual(["a", "a", "a"]);
  });

  it("tells everybody who watches a key until they stop", () => {
    const { map, told, watch } = watched();
    const stop = watch("a", "one");
    watch("a", "two");
    map.set("a", 1);
    stop();
    stop();
    map.set("a", 2);
    expect(told).toEqual(["one", "two", "two"]);
  });

  it("tells again after all had stopped", () => {
    const { map, told, watch } = watched();
    watch("a")();
    map.set("a", 1);
    watch("a");
    map.set("a", 2);
    expect(told).toEqual(["a"]);
  });
});
