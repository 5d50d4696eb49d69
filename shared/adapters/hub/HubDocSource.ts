import type { RoomId } from "../../base/ids.ts";
import { AUTH_QUERY, HELD_QUERY, HUB_PATH } from "../../contracts/host/hubProtocol.ts";
import type { AttachedDocument, AttachedSource, DocSource, SourceStatus } from "../../ports/DocSource.ts";
import { HubLink, type HubOptions } from "./HubLink.ts";

/** Address of a room's hub on the class host that serves `base` (`http://192.168.1.5:8720`). */
export function hubUrl(base: string, room: RoomId): string {
  const url = new URL(base);
  const scheme = url.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${url.host}${HUB_PATH}${room}?${HELD_QUERY}=1`;
}

/** The same, for a client that says who it is. */
export const hubUrlWithAccess = (base: string, room: RoomId): string => `${hubUrl(base, room)}&${AUTH_QUERY}=1`;

/** The class host's WebSocket hub, in y-websocket framing. Reconnects for ever, until detached. */
export class HubDocSource implements DocSource {
  readonly kind = "hub";
  readonly #options: HubOptions;

  constructor(options: HubOptions) {
    this.#options = options;
  }

  attach(document: AttachedDocument, report: (status: SourceStatus) => void): AttachedSource {
    return new HubLink(this.#options, document, report);
  }
}
