import type { AttachedDocument } from "../../ports/DocSource.ts";
import { LinkPeople } from "../../presence/LinkPeople.ts";
import type { ChunkedChannel } from "./chunked/ChunkedChannel.ts";
import { chunkedPeerConnection } from "./chunked/chunkedPeerConnection.ts";
import type { PeerConnection } from "./chunked/rtc.ts";
import { cleanMessage, isAnswer, isAwareness } from "./peerMessage.ts";
import type { WebrtcRoomOptions } from "./webrtcOptions.ts";

export interface PeerOptionsEvents {
  /** A peer has given what we lacked. */
  readonly answered: () => void;
  /** A message of so many bytes was too large for a stock peer. */
  readonly undeliverable: (size: number) => void;
  readonly opened: (channel: ChunkedChannel) => void;
  readonly closed: (channel: ChunkedChannel) => void;
  /** Whether the other end of a connection may have blobs now. */
  readonly mayRead: (connection: PeerConnection) => boolean;
}

/** How y-webrtc makes links: simple-peer's options. */
export function peerOptions(
  { rtc, iceServers, clock, logger, blobs }: WebrtcRoomOptions,
  { doc, awareness }: AttachedDocument,
  events: PeerOptionsEvents,
): Readonly<Record<string, unknown>> {
  const people = new LinkPeople(awareness);
  const Connection = chunkedPeerConnection(
    rtc.RTCPeerConnection,
    {
      clock,
      urgent: isAwareness,
      clean: (message, link) => {
        if (isAnswer(message)) queueMicrotask(events.answered);
        return cleanMessage(message, doc.clientID, (entries) => people.admit(link, entries));
      },
      undeliverable: events.undeliverable,
      dropped: (why) => logger.warn("a link was dropped", { why }),
      closed: events.closed,
    },
    events.opened,
    (connection) => blobs?.link(connection, doc, () => events.mayRead(connection)),
  );
  // Without `config` simple-peer would ask STUN servers of large companies about every pupil's address.
  return { trickle: false, config: { iceServers }, wrtc: { ...rtc, RTCPeerConnection: Connection } };
}
