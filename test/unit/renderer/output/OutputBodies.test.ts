import { describe, expect, it } from "vitest";
import { contentHashOfText } from "#shared/base/hash.ts";
import { bytes } from "#shared/base/units.ts";
import type { OutputRef } from "#shared/notebook/runRecord.ts";
import { OutputBodies } from "../../../../renderer/output/OutputBodies.ts";

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

  it("asks once for each hash", async () => {
    let asked = 0;
    const bodies = new OutputBodies(() => Promise.resolve(++asked > 0 ? TEXT : undefined));
    const body = bodies.body(ref(TEXT));
    expect([bodies.body(ref(TEXT)), body.get().state]).toEqual([body, "loading"]);
    await settled();
    expect([asked, body.get().state]).toEqual([1, "ready"]);
  });

  it("says missing for what nobody has, is damaged, or fails; and asks again when told to", async () => {
    const answers = [undefined, "{not json", '{"output_type":"unheard of"}', new Error("store closed"), TEXT];
    const bodies = new OutputBodies(() => {
      const next = answers.shift();
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    });
    const body = bodies.body(ref(TEXT));
    const states: string[] = [];
    for (let turn = 0; turn < 5; turn++) {
      await settled();
      states.push(body.get().state);
      bodies.retry(ref(TEXT).hash);
    }
    expect(states).toEqual(["missing", "missing", "missing", "missing", "ready"]);
  });
});
