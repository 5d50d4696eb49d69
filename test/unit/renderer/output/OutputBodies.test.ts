import { describe, expect, it } from "vitest";
import { contentHashOfText } from "#shared/base/hash.ts";
import { bytes } from "#shared/base/units.ts";
import type { OutputRef } from "#shared/notebook/runRecord.ts";
import { seconds } from "#shared/base/units.ts";
import { OutputBodies } from "../../../../renderer/output/OutputBodies.ts";
import { FakeClock } from "../../../support/FakeClock.ts";

const TEXT = JSON.stringify({ output_type: "stream", name: "stdout", text: "hello" });
const ref = (text: string, inline?: string): OutputRef => ({
  hash: contentHashOfText(text),
  mime: "text/plain",
  size: bytes(text.length),
  inline,
});
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("OutputBodies", () => {
  it("has inline bodies at once and asks for none", () => {
    const bodies = new OutputBodies(() => Promise.reject(new Error("asked")));
    expect(bodies.body(ref(TEXT, TEXT)).get()).toMatchObject({ state: "ready", output: { text: "hello" } });
  });

  it("does not believe an inline body that is not of its hash, and gets the true one", async () => {
    const forged = JSON.stringify({ output_type: "stream", name: "stdout", text: "forged" });
    const body = new OutputBodies(() => Promise.resolve(TEXT)).body(ref(TEXT, forged));
    expect(body.get().state).toBe("loading");
    await settled();
    expect(body.get()).toMatchObject({ state: "ready", output: { text: "hello" } });
  });

  it("asks once for each hash", async () => {
    let asked = 0;
    const bodies = new OutputBodies(() => Promise.resolve(++asked > 0 ? TEXT : undefined));
    const body = bodies.body(ref(TEXT));
    expect([bodies.body(ref(TEXT)), body.get().state]).toEqual([body, "loading"]);
    await settled();
    expect([asked, body.get().state]).toEqual([1, "ready"]);
  });

  it("asks again soon by itself: the runner brings an output to the host just after telling of it", async () => {
    const clock = new FakeClock();
    const answers = [undefined, undefined, TEXT];
    const bodies = new OutputBodies(() => Promise.resolve(answers.shift()), clock);
    const body = bodies.body(ref(TEXT));
    await settled();
    expect(body.get().state).toBe("loading");
    await clock.advanceAsync(seconds(1));
    expect(body.get().state).toBe("ready");
    await clock.advanceAsync(seconds(600));
    expect(answers).toEqual([]);
  });

  it("says missing for what nobody has, is damaged, or fails; and asks again when told to", async () => {
    const clock = new FakeClock();
    const answers = [undefined, "{not json", '{"output_type":"unheard of"}', new Error("store closed"), undefined];
    const bodies = new OutputBodies(() => {
      const next = answers.shift();
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    }, clock);
    const body = bodies.body(ref(TEXT));
    await clock.advanceAsync(seconds(6));
    expect([answers.length, body.get().state]).toEqual([0, "missing"]);
    answers.push(TEXT);
    bodies.retry(ref(TEXT).hash);
    await settled();
    expect(body.get().state).toBe("ready");
  });

  it("asks no more when it is disposed of", async () => {
    const clock = new FakeClock();
    let asked = 0;
    const bodies = new OutputBodies(() => {
      asked++;
      return Promise.resolve(undefined);
    }, clock);
    bodies.body(ref(TEXT));
    await settled();
    bodies.dispose();
    await clock.advanceAsync(seconds(600));
    expect(asked).toBe(1);
  });
});

it("does not ask for what this page made itself", () => {
  const never = (): Promise<never> => Promise.reject(new Error("asked"));
  const output = { output_type: "stream", name: "stdout", text: "made here" } as const;
  const bodies = new OutputBodies(never, new FakeClock(), () => output);
  expect(bodies.body(ref(TEXT)).get()).toEqual({ state: "ready", output });
});
