// Whose run a kept result is of: readers take it instead of running, and are told the name. The device that ran it signs.

import * as encoding from "lib0/encoding";
import type { ContentHash, RoomId, RunId } from "../base/ids.ts";
import type { UnixMs } from "../base/units.ts";

const PURPOSE = "meshbook/1/kept";

export interface KeptClaim {
  readonly room: RoomId;
  /** Hash of what the result follows from. */
  readonly key: ContentHash;
  readonly run: RunId;
  /** As people read it. */
  readonly name: string;
  readonly at: UnixMs;
  readonly body: ContentHash;
}

/** What the device signs. */
export function keptMessage({ room, key, run, name, at, body }: KeptClaim): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const text of [PURPOSE, room, key, run, name, String(at), body]) encoding.writeVarString(encoder, text);
  return encoding.toUint8Array(encoder);
}
