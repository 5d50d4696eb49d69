import * as decoding from "lib0/decoding";
import type { Awareness } from "y-protocols/awareness";
import { isRecord } from "../../base/parse.ts";
import { LINK_FIELD } from "./mesh/MeshKeeper.ts";
import { presenceUpdateOf } from "./peerMessage.ts";

/**
 * Whether a message is about presence and says of nobody but the peer at this end of a link, and not that it is gone. It
 * knows: y-webrtc tells everybody what it hears of anybody, so that each move of a caret would come back to who moved it.
 */
export function isOwnPresence(message: Uint8Array, awareness: Pick<Awareness, "getStates">, end: string): boolean {
  const update = presenceUpdateOf(message);
  if (update === undefined) return false;
  const decoder = decoding.createDecoder(update);
  const count = decoding.readVarUint(decoder);
  for (let index = 0; index < count; index++) {
    const state: unknown = awareness.getStates().get(decoding.readVarUint(decoder));
    if (!isRecord(state) || state[LINK_FIELD] !== end) return false;
    decoding.readVarUint(decoder);
    decoding.readVarUint8Array(decoder);
  }
  return count > 0;
}
