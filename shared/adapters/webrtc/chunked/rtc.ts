// What is used of a browser's WebRTC, without the browser's types.

/** The browser's classes, handed in by whoever has them. */
export interface RtcClasses {
  readonly RTCPeerConnection: new (configuration?: never) => object;
  readonly RTCSessionDescription: unknown;
  readonly RTCIceCandidate: unknown;
}

/** A server that helps peers find a way to one another (STUN), or is the way (TURN). */
export interface IceServer {
  readonly urls: string | readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

export interface DataChannel {
  binaryType: string;
  readonly label: string;
  readonly readyState: string;
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  onopen: ((event: unknown) => void) | null;
  onclose: ((event: unknown) => void) | null;
  onerror: ((event: unknown) => void) | null;
  onbufferedamountlow: ((event: unknown) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

export interface PeerConnection {
  readonly localDescription?: { readonly sdp: string } | null;
  readonly remoteDescription?: { readonly sdp: string } | null;
  createDataChannel(label: string, options?: unknown): DataChannel;
  ondatachannel: ((event: { readonly channel: DataChannel }) => void) | null;
}
