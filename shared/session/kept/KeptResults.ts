import type * as Y from "yjs";
import { messageOf } from "../../base/errors.ts";
import { contentHashOfText } from "../../base/hash.ts";
import type { ContentHash, PeerId, RoomId, RunId } from "../../base/ids.ts";
import { bytes, formatBytes, type Milliseconds } from "../../base/units.ts";
import { readKept, writeKept } from "../../notebook/editKept.ts";
import {
  isTimely,
  KEPT_INLINE_LIMIT,
  KEPT_RESULT_LIMIT,
  parseKeptBody,
  writeKeptBody,
  type KeptBody,
  type KeptEntry,
  type KeptFollows,
} from "../../notebook/kept/keptResult.ts";
import { OUTPUT_COUNT_LIMIT, type KeptMark } from "../../notebook/runRecord.ts";
import type { BlobStore } from "../../ports/BlobStore.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { Signer } from "../../ports/Signer.ts";
import { keptMessage, type KeptClaim } from "../../rooms/keptProof.ts";
import { signedBy, writeOutputProof } from "../../rooms/outputProof.ts";

export interface KeptResultsOptions {
  readonly doc: Y.Doc;
  readonly blobs: Pick<BlobStore, "get" | "put">;
  readonly clock: Pick<Clock, "now">;
  readonly signer: Signer;
  readonly room: () => RoomId;
  /** What this device's user is called. */
  readonly name: () => string;
  /** Whether results of this device are taken: those of whoever may run cells here. */
  readonly mayRun: (peer: PeerId) => boolean;
}

export interface FoundResult extends KeptBody {
  readonly entry: KeptEntry;
}

/** A run of this device whose result is to be kept. */
export interface RanResult extends KeptBody {
  /** What the key was made of, beside the cell's program. */
  readonly follows: KeptFollows;
  readonly run: RunId;
  readonly duration: Milliseconds;
}

/**
 * Results that a notebook keeps, shared by all who have it: found again by what they follow from. What is found was
 * signed by the device it names, which may run cells here; that it did not lie about what came out, nobody can tell.
 */
export class KeptResults {
  readonly #options: KeptResultsOptions;

  constructor(options: KeptResultsOptions) {
    this.#options = options;
  }

  /** The result kept under this key; undefined if there is none that can be had here and trusted so far. Never rejects. */
  async find(key: ContentHash): Promise<FoundResult | undefined> {
    const { doc, clock, mayRun } = this.#options;
    const entry = readKept(doc, key);
    if (entry === undefined || !isTimely(entry, clock.now()) || !mayRun(entry.by)) return undefined;
    if (!(await this.#isProven(key, entry))) return undefined;
    const text = await this.#bodyOf(entry);
    const body = text === undefined ? undefined : parseKeptBody(text);
    return body && { ...body, entry };
  }

  /** Keeps a result. What became of it; never rejects. */
  async keep(key: ContentHash, { run, duration, follows, ...body }: RanResult): Promise<KeptMark> {
    const { doc, blobs, clock, signer, room, name } = this.#options;
    if (body.outputs.length > OUTPUT_COUNT_LIMIT) return { refused: "it shows too many outputs" };
    const text = writeKeptBody(body);
    const encoded = new TextEncoder().encode(text);
    const size = bytes(encoded.length);
    if (size > KEPT_RESULT_LIMIT) {
      return { refused: `its result is ${formatBytes(size)}, and ${formatBytes(KEPT_RESULT_LIMIT)} can be kept` };
    }
    const hash = contentHashOfText(text);
    try {
      const inline = size <= KEPT_INLINE_LIMIT ? text : undefined;
      if (inline === undefined) await blobs.put(encoded);
      const facts = { run, by: signer.peer, byName: name(), at: clock.now(), duration, follows };
      const entry = { ...facts, body: { hash, size, inline } };
      const signature = await signer.sign(keptMessage(claimOf(room(), key, entry)));
      writeKept(doc, key, { ...entry, proof: writeOutputProof(signer.publicKey, signature) }, clock.now());
      return { key };
    } catch (error) {
      return { refused: messageOf(error).slice(0, 300) };
    }
  }

  async #isProven(key: ContentHash, entry: KeptEntry): Promise<boolean> {
    const { signer, room } = this.#options;
    const signed = signedBy(entry.by, keptMessage(claimOf(room(), key, entry)), entry.proof);
    if (signed === undefined) return false;
    return signer.verify(signed.publicKey, signed.message, signed.signature).catch(() => false);
  }

  async #bodyOf({ body }: KeptEntry): Promise<string | undefined> {
    if (body.inline !== undefined) return contentHashOfText(body.inline) === body.hash ? body.inline : undefined;
    const stored = await this.#options.blobs.get(body.hash).catch(() => undefined);
    return stored === undefined || stored.byteLength > KEPT_RESULT_LIMIT ? undefined : new TextDecoder().decode(stored);
  }
}

const claimOf = (
  room: RoomId,
  key: ContentHash,
  { run, byName, at, body }: Pick<KeptEntry, "run" | "byName" | "at" | "body">,
): KeptClaim => ({ room, key, run, name: byName, at, body: body.hash });
