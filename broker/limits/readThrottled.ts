import type { Dispose } from "#shared/base/dispose.ts";
import type { Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { RawData, WebSocket } from "ws";
import { TokenBucket, type Rate } from "./TokenBucket.ts";

export interface ReadLimits {
  readonly messages: Rate;
  readonly bytes: Rate;
}

/**
 * Hands over what a socket receives, at a bounded rate: a flood waits in the sender's own socket, and nothing is lost.
 * `onMessage` may return further bytes that the message costs, such as those of its copies to others.
 */
export function readThrottled(
  socket: WebSocket,
  clock: Clock,
  limits: ReadLimits,
  onMessage: (data: Buffer, isBinary: boolean) => number,
): Dispose {
  const messages = new TokenBucket(limits.messages, clock.monotonic());
  const bytes = new TokenBucket(limits.bytes, clock.monotonic());
  let cancelResume: Dispose | undefined;
  const wait = (duration: Milliseconds): void => {
    cancelResume?.();
    socket.pause();
    cancelResume = clock.after(duration, () => socket.resume());
  };
  const receive = (data: RawData, isBinary: boolean): void => {
    const content = toBuffer(data);
    const extra = onMessage(content, isBinary);
    const now = clock.monotonic();
    const delay = Math.max(messages.take(1, now), bytes.take(content.length + extra, now));
    // reason: the larger of two lengths of time is one.
    if (delay > 0) wait(delay as Milliseconds);
  };
  socket.on("message", receive);
  return () => {
    socket.off("message", receive);
    cancelResume?.();
  };
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
