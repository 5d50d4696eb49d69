import * as encoding from "lib0/encoding";
import type { RoomId } from "../../base/ids.ts";

/**
 * What a device signs to prove to the other end of a direct link who it is. The two ends are named by the certificates of
 * this one connection, which each browser makes anew and the encryption itself checks. So what was signed is worth nothing
 * on any other connection: not later, not the other way round, and not to somebody who stands between two that think they
 * are linked.
 */
export interface LinkHello {
  readonly room: RoomId;
  /** Fingerprint of the certificate of the one who signs, as in its session description. */
  readonly from: string;
  /** Fingerprint of the certificate of the one it speaks to. */
  readonly to: string;
}

const PURPOSE = "meshbook/1/link";

export function linkHelloMessage({ room, from, to }: LinkHello): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const text of [PURPOSE, room, from, to]) encoding.writeVarString(encoder, text);
  return encoding.toUint8Array(encoder);
}
