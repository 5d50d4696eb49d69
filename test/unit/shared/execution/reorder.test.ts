import { describe, expect, it } from "vitest";
import { contentHashOfText } from "#shared/base/hash.ts";
import type { CellId, PeerId, RunId } from "#shared/base/ids.ts";
import type { ActiveExecution } from "#shared/execution/execution.ts";
import { canReorder, reorder } from "#shared/execution/reorder.ts";

/** `b:a` is cell b, which needs a; `b@` runs on an agent; `*b` runs. */
function queue(text: string): readonly ActiveExecution[] {
  return text.split(" ").map((part): ActiveExecution => {
    const running = part.startsWith("*");
    const [name = "", needs] = part.replace("*", "").split(":");
    const cell = name.replace("@", "") as CellId;
    const whole = {
      run: cell as string as RunId,
      cell,
      request: 1,
      place: name.endsWith("@") ? ({ at: "agent", agent: "x" as PeerId } as const) : ({ at: "here" } as const),
      sourceHash: contentHashOfText(cell),
      asked: true,
      needs: needs === undefined ? [] : [needs as CellId],
      component: new Set([cell]),
    };
    return running ? { ...whole, state: "running", kernel: 0, stopping: false } : { ...whole, state: "queued" };
  });
}
const moved = (text: string, run: string, offset: -1 | 1): string =>
  reorder(queue(text), run as RunId, offset)
    .map(({ cell }) => cell)
    .join(" ");

describe("reorder", () => {
  it("puts a run before or behind its neighbour", () => {
    expect(moved("a b c", "c", -1)).toBe("a c b");
    expect(moved("a b c", "a", 1)).toBe("b a c");
  });

  it("keeps to the queue of one place", () => {
    expect(moved("a x@ b", "b", -1)).toBe("b a x");
    expect(moved("a x@ b", "a", 1)).toBe("x b a");
    expect(canReorder(queue("a x@"), "x" as RunId, -1)).toBe(false);
  });

  it("does not put a cell before what it reads, nor behind what reads it, wherever that runs", () => {
    expect(canReorder(queue("a b:a"), "b" as RunId, -1)).toBe(false);
    expect(canReorder(queue("a b:a"), "a" as RunId, 1)).toBe(false);
    expect(canReorder(queue("a x@:a b"), "a" as RunId, 1)).toBe(false);
  });

  it("does not move what runs, nor past it", () => {
    expect(canReorder(queue("*a b"), "a" as RunId, 1)).toBe(false);
    expect(canReorder(queue("*a b"), "b" as RunId, -1)).toBe(false);
  });

  it("changes nothing for a run that is not there", () => {
    const all = queue("a b");
    expect(reorder(all, "gone" as RunId, 1)).toBe(all);
  });
});
