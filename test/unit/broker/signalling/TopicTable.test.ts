import { describe, expect, it } from "vitest";
import { CONNECTIONS_PER_TOPIC, TopicTable, TOPICS_PER_CONNECTION } from "../../../../broker/signalling/TopicTable.ts";

const open = { from: undefined, to: undefined };

function tableWith(...connections: readonly string[]): TopicTable<string> {
  const table = new TopicTable<string>();
  for (const connection of connections) table.subscribe(connection, "t");
  return table;
}

describe("TopicTable", () => {
  it("gives a message to everybody in the topic, the sender included", () => {
    expect(tableWith("a", "b").receivers("t", "a", open)).toEqual(["a", "b"]);
    expect(tableWith("a", "b").receivers("other", "a", open)).toEqual([]);
  });

  it("gives a signal to its addressee alone once that has spoken", () => {
    const table = tableWith("a", "b", "c");
    table.receivers("t", "b", { from: "peer-b", to: undefined });
    expect(table.receivers("t", "a", { from: "peer-a", to: "peer-b" })).toEqual(["b"]);
    expect(table.receivers("t", "a", { from: "peer-a", to: "unknown" })).toEqual(["a", "b", "c"]);
  });

  it("does not let an impostor take over another's signals", () => {
    const table = tableWith("a", "b", "impostor");
    table.receivers("t", "b", { from: "peer-b", to: undefined });
    table.receivers("t", "impostor", { from: "peer-b", to: undefined });
    expect(table.receivers("t", "a", { from: undefined, to: "peer-b" })).toEqual(["a", "b", "impostor"]);
  });

  it("forgets who left", () => {
    const table = tableWith("a", "b");
    table.receivers("t", "b", { from: "peer-b", to: undefined });
    table.remove("b");
    expect(table.receivers("t", "a", { from: undefined, to: "peer-b" })).toEqual(["a"]);
    table.remove("a");
    expect(table.size("t")).toBe(0);
  });

  it("ignores subscriptions beyond the limits", () => {
    const table = new TopicTable<number>();
    for (let n = 0; n < TOPICS_PER_CONNECTION + 5; n++) table.subscribe(0, `topic ${n}`);
    expect(table.size(`topic ${TOPICS_PER_CONNECTION - 1}`)).toBe(1);
    expect(table.size(`topic ${TOPICS_PER_CONNECTION}`)).toBe(0);
    for (let n = 0; n < CONNECTIONS_PER_TOPIC + 5; n++) table.subscribe(n + 1, "full");
    expect(table.size("full")).toBe(CONNECTIONS_PER_TOPIC);
  });

  it("stays empty for a connection that only publishes", () => {
    const table = tableWith("a");
    table.receivers("t", "outsider", { from: "peer-a", to: undefined });
    table.receivers("t", "a", { from: "peer-a", to: undefined });
    expect(table.receivers("t", "b", { from: undefined, to: "peer-a" })).toEqual(["a"]);
  });
});
