import * as Y from "yjs";
import { describe, expect, it } from "vitest";
import { CellId, RunId } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import { parseControl } from "#shared/notebook/controls/parseControl.ts";
import type { Control } from "#shared/notebook/controls/control.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { MOVE_EVERY, NotebookControls } from "#shared/session/controls/NotebookControls.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";

const A = CellId.parse("a")!;
const RUN = RunId.parse("run")!;
const slider = (shared: boolean): Control =>
  parseControl({
    ...{ kind: "slider", key: `${shared ? "shared" : "own"}:n`, label: "n", shared },
    ...{ min: 0, max: 1_000, step: 1, value: 5 },
  })!;
const [own, shared] = [slider(false), slider(true)];

class Bench {
  readonly doc = new Y.Doc();
  readonly clock = new FakeClock();
  readonly moved: number[] = [];
  may = true;
  readonly controls = new NotebookControls(this.doc, this.clock, {
    may: () => this.may,
    moved: (cells) => void this.moved.push(cells.length),
  });
  updates = 0;
  constructor() {
    this.doc.on("update", () => this.updates++);
  }
}

/** Two replicas that hear of one another at once. */
function pair(): [Bench, Bench] {
  const [ana, ben] = [new Bench(), new Bench()];
  ana.doc.on("update", (update: Uint8Array) => Y.applyUpdate(ben.doc, update));
  ben.doc.on("update", (update: Uint8Array) => Y.applyUpdate(ana.doc, update));
  return [ana, ben];
}

describe("a control of one's own", () => {
  it("leaves the document alone, and the others", () => {
    const [ana, ben] = pair();
    ana.controls.move(A, own, 7);
    expect(ana.controls.of(A)).toEqual({ "own:n": 7 });
    expect([ana.updates, ben.controls.of(A)]).toEqual([0, {}]);
  });

  it("makes another version of the run; moved back, it is the run that it was", () => {
    const { controls, clock } = new Bench();
    expect(controls.version(A, RUN)).toBe(RUN);
    controls.move(A, own, 7);
    const moved = controls.version(A, RUN);
    expect(moved).not.toBe(RUN);
    clock.advance(MOVE_EVERY);
    controls.move(A, own, 5);
    clock.advance(MOVE_EVERY);
    expect(controls.version(A, RUN)).toBe(RUN);
    controls.move(A, own, 7);
    expect(controls.version(A, RUN)).toBe(moved);
  });

  it("does not move for somebody who may not run", () => {
    const bench = new Bench();
    bench.may = false;
    bench.controls.move(A, own, 7);
    bench.controls.move(A, shared, 7);
    expect([bench.controls.of(A), bench.updates]).toEqual([{}, 0]);
  });
});

describe("a shared control", () => {
  it("stands in the document: others see it move, and have the same version", () => {
    const [ana, ben] = pair();
    const seen: unknown[] = [];
    const at = ben.controls.at(A, shared);
    at.subscribe(() => seen.push(at.get()));
    ana.controls.move(A, shared, 7);
    expect([seen, ben.controls.of(A)]).toEqual([[7], { "shared:n": 7 }]);
    expect(ben.controls.version(A, RUN)).toBe(ana.controls.version(A, RUN));
    // Only whoever moved it runs what reads it.
    expect([ana.moved, ben.moved]).toEqual([[1], []]);
  });

  it("is written ten times a second while it is dragged, and where it was let go", () => {
    const bench = new Bench();
    for (let step = 0; step < 120; step++) {
      bench.controls.move(A, shared, 100 + step);
      bench.clock.advance(ms(8));
      expect(bench.controls.at(A, shared).get()).toBe(100 + step);
    }
    bench.clock.advance(MOVE_EVERY);
    expect(bench.controls.of(A)).toEqual({ "shared:n": 219 });
    expect(bench.updates).toBeLessThanOrEqual(11);
    expect(bench.moved.length).toBe(bench.updates);
  });

  it("is not torn from under the finger by somebody else", () => {
    const [ana, ben] = pair();
    ana.controls.move(A, shared, 7);
    ana.controls.move(A, shared, 8);
    ben.controls.move(A, shared, 100);
    expect(ana.controls.at(A, shared).get()).toBe(8);
    ana.clock.advance(MOVE_EVERY);
    expect([ana, ben].map(({ controls }) => controls.at(A, shared).get())).toEqual([8, 8]);
  });

  it("keeps the last move of one who leaves", () => {
    const bench = new Bench();
    bench.controls.move(A, shared, 7);
    bench.controls.move(A, shared, 8);
    bench.controls.close();
    expect(notebookRoots(bench.doc).controls.get("a/shared:n")).toBe(8);
  });

  it("ignores what hostile peers put into the document", () => {
    const bench = new Bench();
    const { controls } = notebookRoots(bench.doc);
    controls.set("a/own:n", 7);
    controls.set("a/shared:n", new Y.Map());
    controls.set("a", 7);
    controls.set("../../shared:n", 7);
    controls.set("a/shared:f", { name: "f", type: "", base64: "AAAA" });
    controls.set(`a/shared:${"x".repeat(10_000)}`, 7);
    expect(bench.controls.of(A)).toEqual({});
    expect(bench.controls.at(A, shared).get()).toBeUndefined();
    controls.set("a/shared:n", "no number");
    // It may be where a text stands; a slider does not stand there.
    expect(bench.controls.of(A)).toEqual({ "shared:n": "no number" });
  });
});
