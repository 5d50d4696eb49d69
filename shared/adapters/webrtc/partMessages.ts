// What a peer is given that asks in parts.

import * as Y from "yjs";
import { PART_MAX, partLimitFor } from "../parts/partLimits.ts";
import { missingBytes, writePart, type KnownClocks } from "../parts/writePart.ts";
import { answerMessage, partMessage } from "./peerMessage.ts";

/** Small parts are given several to a question: asking for each would wait for an answer each time. */
const PARTS_LIMIT = 8;

/** Parts of at most `limit` bytes that one question is answered with. */
export const partsToAsk = (limit: number): number => Math.max(1, Math.min(PARTS_LIMIT, Math.floor(PART_MAX / limit)));

/** The next parts of what whoever has `stateVector` lacks; an answer in place of the last one, if that is all. */
export function* partMessages(
  doc: Y.Doc,
  stateVector: Uint8Array,
  limit: number,
): Generator<Uint8Array, void, undefined> {
  const size = partLimitFor(limit);
  let known: KnownClocks = Y.decodeStateVector(stateVector);
  let left: number | undefined;
  for (let count = 0; count < partsToAsk(size); count++) {
    const part = writePart(doc, known, size);
    if (part === undefined) {
      yield answerMessage(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(new Map(known))));
      return;
    }
    left ??= missingBytes(doc, known);
    yield partMessage(part.update, left);
    left = Math.max(0, left - part.update.length);
    known = part.known;
  }
}
