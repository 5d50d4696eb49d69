// What peers say to one another over a broker: the frames of the sync hub, and two that tell who is there.
//   HELLO, needs, link  "I am here", whether the broker is the only way to me, and, in UTF-8 up to the end of the frame, my
//                       end of direct links as presence names it (`LINK_FIELD`); nothing if I have none or am an older program
//   BYE                 "I leave this way"

import { readHubFrame, type HubFrame } from "../hub/hubFrames.ts";
import { LINK_LIMIT } from "../webrtc/mesh/MeshKeeper.ts";

/** Above the types of y-protocols and of the hub's first ones, below the marker of pieces. */
const HELLO = 64;
const BYE = 65;

/** What a peer says of itself. */
export interface Hello {
  /** The broker is the only way to it. */
  readonly needs: boolean;
  /** Its end of direct links, if it has any. */
  readonly link: string | undefined;
}

export type RelayFrame = HubFrame | ({ readonly type: "hello" } & Hello) | { readonly type: "bye" };

type Bytes = Uint8Array<ArrayBuffer>;

/** Of the sender, see `Hello`. */
export const helloFrame = (needs: boolean, link = ""): Bytes =>
  new Uint8Array([HELLO, needs ? 1 : 0, ...new TextEncoder().encode(link)]);
export const byeFrame = (): Bytes => new Uint8Array([BYE]);

/** Reads a frame; undefined if it is cut short or makes no sense. */
export function readRelayFrame(bytes: Uint8Array): RelayFrame | undefined {
  switch (bytes[0]) {
    case HELLO:
      return bytes.length < 2 ? undefined : { type: "hello", needs: bytes[1] === 1, link: readLink(bytes.subarray(2)) };
    case BYE:
      return { type: "bye" };
    default:
      return readHubFrame(bytes);
  }
}

function readLink(bytes: Uint8Array): string | undefined {
  return bytes.length === 0 || bytes.length > LINK_LIMIT ? undefined : new TextDecoder().decode(bytes);
}
