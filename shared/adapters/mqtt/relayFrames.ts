// What peers say to one another over a broker: the frames of the sync hub, and two that tell who is there.
//   HELLO, needs      "I am here", and whether the broker is the only way to me
//   BYE               "I leave this way"

import { readHubFrame, type HubFrame } from "../hub/hubFrames.ts";

/** Above the types of y-protocols and of the hub's first ones, below the marker of pieces. */
const HELLO = 64;
const BYE = 65;

export type RelayFrame = HubFrame | { readonly type: "hello"; readonly needs: boolean } | { readonly type: "bye" };

type Bytes = Uint8Array<ArrayBuffer>;

/** `needs`: the sender has no better way to the others. */
export const helloFrame = (needs: boolean): Bytes => new Uint8Array([HELLO, needs ? 1 : 0]);
export const byeFrame = (): Bytes => new Uint8Array([BYE]);

/** Reads a frame; undefined if it is cut short or makes no sense. */
export function readRelayFrame(bytes: Uint8Array): RelayFrame | undefined {
  switch (bytes[0]) {
    case HELLO:
      return bytes.length < 2 ? undefined : { type: "hello", needs: bytes[1] === 1 };
    case BYE:
      return { type: "bye" };
    default:
      return readHubFrame(bytes);
  }
}
