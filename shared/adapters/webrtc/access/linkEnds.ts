import type { PeerConnection } from "../chunked/rtc.ts";

/** The two ends of one connection, each by the fingerprint of its certificate. */
export interface LinkEnds {
  readonly own: string;
  readonly other: string;
}

/** RFC 8122. Weak hashes are no fingerprints. */
const FINGERPRINT = /^a=fingerprint:(sha-(?:256|384|512) [0-9a-f:]+)$/;

/** Undefined if the connection does not say beyond doubt who its ends are. */
export function linkEnds(connection: PeerConnection | null | undefined): LinkEnds | undefined {
  const own = fingerprintIn(connection?.localDescription?.sdp);
  const other = fingerprintIn(connection?.remoteDescription?.sdp);
  return own === undefined || other === undefined ? undefined : { own, other };
}

/** A description that names several certificates is nobody's: the other end could hold any of them. */
function fingerprintIn(sdp: string | undefined): string | undefined {
  const text = sdp?.toLowerCase() ?? "";
  const said = text.split("fingerprint").length - 1;
  const lines = text.split(/[\r\n]+/).flatMap((line) => FINGERPRINT.exec(line.trimEnd())?.[1] ?? []);
  const [first] = lines;
  return lines.length === said && lines.every((line) => line === first) ? first : undefined;
}
