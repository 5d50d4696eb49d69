import { expect, it } from "vitest";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { MadeOutputs } from "#shared/session/execution/MadeOutputs.ts";
import { OutputRefs } from "#shared/session/execution/storeOutputs.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";

const printed = (text: string): CellOutput => ({ output_type: "stream", name: "stdout", text });

it("stores what is large whole, and lets it be had without reading it back", async () => {
  const [blobs, made, clock] = [new MemoryBlobStore(), new MadeOutputs(), new FakeClock()];
  const [small, large, huge] = [printed("a"), printed("b".repeat(5_000)), printed("ñ".repeat(3_000_000))];
  const refs = await new OutputRefs([small, large, huge]).store({ blobs, clock, made });
  expect(refs.map(({ inline, size }) => [inline === undefined, size])).toEqual(
    [small, large, huge].map((output) => {
      const { byteLength } = new TextEncoder().encode(JSON.stringify(output));
      return [byteLength > 1024, byteLength];
    }),
  );
  for (const [at, output] of [large, huge].entries()) {
    const { hash } = refs[at + 1]!;
    expect(made.get(hash)).toBe(output);
    expect(new TextDecoder().decode(await blobs.get(hash))).toBe(JSON.stringify(output));
  }
  expect(made.get(refs[0]!.hash)).toBeUndefined();
});

it("forgets the oldest", async () => {
  const [blobs, made, clock] = [new MemoryBlobStore(), new MadeOutputs(), new FakeClock()];
  const outputs = Array.from({ length: 40 }, (_, at) => printed(`${at}`.repeat(2_000)));
  const refs = await new OutputRefs(outputs).store({ blobs, clock, made });
  expect(made.get(refs.at(-1)!.hash)).toBe(outputs.at(-1));
  expect(refs.filter(({ hash }) => made.get(hash) !== undefined).length).toBeLessThan(40);
});
