// Plain values for tests of the job protocol.

import { toBase64url } from "#shared/base/base64url.ts";
import { CellId, KernelId, PeerId, RoomId, RunId } from "#shared/base/ids.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import type { OfferMessage } from "#shared/jobs/jobMessage.ts";
import type { CellProgram } from "#shared/ports/Kernel.ts";

/** A peer named by one letter. */
export const peerOf = (letter: string): PeerId => PeerId.parse(letter.repeat(22))!;
export const runOf = (name: string): RunId => RunId.parse(name)!;
export const at = (time: number): Milliseconds => ms(time);

export function programOf(code: string): CellProgram {
  return { cell: CellId.parse("cell-1")!, language: "javascript", code, inputs: {}, defines: [] };
}

export function offerOf(job: string, changes: Partial<OfferMessage> = {}): OfferMessage {
  return {
    type: "offer",
    job: runOf(job),
    attempt: 1,
    fence: 1,
    ttl: ms(60_000),
    limit: ms(30_000),
    priority: 5,
    notebook: RoomId.parse("N".repeat(22))!,
    kernel: KernelId.parse("kernel-1")!,
    fresh: true,
    program: programOf("1 + 1"),
    before: [],
    ...changes,
  };
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const bytesOfHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
export const randomPeer = (): PeerId =>
  PeerId.parse(toBase64url(crypto.getRandomValues(new Uint8Array(18))).slice(0, 22))!;
