import { describe, expect, it } from "vitest";
import { joinTurn } from "../../../../../broker/mqtt/process/pipeToBroker.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("joinTurn", () => {
  it("hands over the pieces of one turn as one, and each turn by itself", async () => {
    const frames: string[] = [];
    const add = joinTurn((joined) => frames.push(joined.toString()));
    for (const piece of ["a", "b", "c"]) add(Buffer.from(piece));
    expect(frames).toEqual([]);
    await turn();
    expect(frames).toEqual(["abc"]);
    add(Buffer.from("d"));
    await turn();
    expect(frames).toEqual(["abc", "d"]);
  });
});
