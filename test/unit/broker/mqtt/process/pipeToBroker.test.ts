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

  it("makes no frame that a slow line takes long to show", async () => {
    const frames: Buffer[] = [];
    const add = joinTurn((joined) => frames.push(joined));
    const pieces = Array.from({ length: 70 }, (_, n) => Buffer.alloc(30_000, n));
    for (const piece of [...pieces, Buffer.alloc(65_536, 100), Buffer.from("end")]) add(piece);
    await turn();
    const sent = Buffer.concat([...pieces, Buffer.alloc(65_536, 100), Buffer.from("end")]);
    expect(Buffer.concat(frames).equals(sent)).toBe(true);
    expect(Math.max(...frames.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
    expect(frames).toHaveLength(37);
  });
});
