import { encodeSlotFrame } from "#shared/contracts/slot/slotFrames.ts";
import type { SlotEvent } from "#shared/contracts/slot/slotProtocol.ts";
import type { SlotTurns } from "#shared/contracts/slot/SlotTurns.ts";

// Taken before any cell runs: a cell that replaces them must not break the protocol of the cells after it.
const { stringify } = JSON;
const writeSync = Deno.stdout.writeSync.bind(Deno.stdout);
// reason: of what `bind` gives, TypeScript forgets the argument that takes the place of `this`.
// oxlint-disable-next-line typescript/unbound-method -- it is given its `this`
const subarray = Function.prototype.call.bind(Uint8Array.prototype.subarray) as (
  bytes: Uint8Array,
  from: number,
) => Uint8Array;

/** Writes what a slot has to say to its agent. Returns when it is written: what is said last is not lost with the process. */
export function sayToAgent(turns: SlotTurns, event: SlotEvent): void {
  const frame = encodeSlotFrame(stringify(event));
  turns.alone(() => {
    for (let rest = frame; rest.length > 0;) rest = subarray(rest, writeSync(rest));
  });
}
