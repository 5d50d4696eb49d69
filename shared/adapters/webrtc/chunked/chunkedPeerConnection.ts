import { ChunkedChannel, type ChunkedChannelOptions } from "./ChunkedChannel.ts";
import type { DataChannel, PeerConnection, RtcClasses } from "./rtc.ts";

/**
 * The browser's `RTCPeerConnection` with data channels that carry messages of any size up to `MESSAGE_LIMIT`. For
 * simple-peer's `wrtc` option. Calls `created` for each channel, also for those
 * the other side opens. Calls `made` for each connection, before it is wrapped: further channels of
 * its own are for whoever opens them.
 */
export function chunkedPeerConnection(
  Native: RtcClasses["RTCPeerConnection"],
  options: ChunkedChannelOptions,
  created: (channel: ChunkedChannel) => void,
  made: (connection: PeerConnection) => void = () => undefined,
): new (configuration?: never) => object {
  const wrap = (native: DataChannel): ChunkedChannel => {
    const channel = new ChunkedChannel(native, options);
    created(channel);
    return channel;
  };
  function ChunkedPeerConnection(configuration?: never): object {
    // reason: `RtcClasses` says only that it can be made; every browser's has these members.
    const connection = new Native(configuration) as PeerConnection;
    made(connection);
    const create = connection.createDataChannel.bind(connection);
    connection.createDataChannel = (label, channelOptions) => wrap(create(label, channelOptions));
    interceptIncoming(connection, wrap);
    return connection;
  }
  // reason: called with `new`, a function that returns an object gives that object; a class may not.
  return ChunkedPeerConnection as unknown as new (configuration?: never) => object;
}

/** `ondatachannel` is an accessor of the browser's prototype; ours stands before it on the instance. */
function interceptIncoming(connection: PeerConnection, wrap: (native: DataChannel) => ChunkedChannel): void {
  const native = inheritedAccessor(connection, "ondatachannel");
  let handler: PeerConnection["ondatachannel"] = null;
  Object.defineProperty(connection, "ondatachannel", {
    configurable: true,
    get: () => handler,
    set: (next: PeerConnection["ondatachannel"]) => {
      handler = next;
      const wrapped =
        next === null ? null : (event: { channel: DataChannel }) => next({ channel: wrap(event.channel) });
      native?.set?.call(connection, wrapped);
    },
  });
}

/** Where a member is defined along the prototypes of `object`: a class may have been derived from the browser's. */
function inheritedAccessor(object: object, name: string): PropertyDescriptor | undefined {
  // reason: the prototype of an object is typed `any`.
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === null) return undefined;
  return Object.getOwnPropertyDescriptor(prototype, name) ?? inheritedAccessor(prototype, name);
}
