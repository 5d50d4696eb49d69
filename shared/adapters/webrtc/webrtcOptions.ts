import type * as Y from "yjs";
import type { Clock } from "../../ports/Clock.ts";
import type { Logger } from "../../ports/Logger.ts";
import type { LinkRules } from "./access/LinkGate.ts";
import type { IceServer, PeerConnection, RtcClasses } from "./chunked/rtc.ts";

export interface WebrtcOptions {
  /** Address of the signalling server; see `signallingUrl`. */
  readonly signalling: string;
  /** Name of the room at the signalling server, which sees it. */
  readonly room: string;
  /** `RoomKeys.webrtcPassword`: whoever has it can be found and linked. */
  readonly password: string;
  /** Undefined in a browser without WebRTC: schools and extensions turn it off. */
  readonly rtc: RtcClasses | undefined;
  /** None is right for a local network, and tells nobody outside of it anything. */
  readonly iceServers: readonly IceServer[];
  /** Resolves when links may be made: a page that still starts has better things to do. At once if nothing is said. */
  readonly when?: () => Promise<void>;
  /** Told of each connection that is made, for channels beside the document's. */
  readonly blobs?: { link(connection: PeerConnection, doc: Y.Doc, mayRead: () => boolean): void };
  /** Who may do what; where it is not said, whoever has the password may do everything. */
  readonly access?: LinkRules;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Of a browser that has WebRTC. */
export interface WebrtcRoomOptions extends WebrtcOptions {
  readonly rtc: RtcClasses;
}

export type WebrtcGiven = Omit<WebrtcOptions, "iceServers"> & Partial<Pick<WebrtcOptions, "iceServers">>;
