// Whether a WebSocket endpoint answers. Browsers tell pages nothing of why a connection failed.

import type { Probe } from "#shared/doctor/probe.ts";
import { ms, seconds, type Milliseconds } from "#shared/base/units.ts";

/** A host on a busy Wi-Fi answers far sooner; whoever waits longer does not work with it. */
export const PROBE_LIMIT: Milliseconds = seconds(5);

export interface SocketQuestion {
  readonly url: string;
  readonly protocol?: string;
  /** Sent when connected. */
  readonly ask: string | Uint8Array<ArrayBuffer>;
}

/** Connects, asks, and takes any answer for one: what exactly a newer host says is not the doctor's affair. */
export function probeSocket({ url, protocol, ask }: SocketQuestion, limit = PROBE_LIMIT): Promise<Probe> {
  const began = performance.now();
  return new Promise((resolve) => {
    let opened = false;
    const socket = new WebSocket(url, protocol === undefined ? [] : [protocol]);
    socket.binaryType = "arraybuffer";
    const end = (probe: Probe): void => {
      clearTimeout(timer);
      socket.close();
      resolve(probe);
    };
    const timer = setTimeout(() => end({ reached: false, failure: opened ? "silent" : "timeout" }), limit);
    socket.onopen = () => {
      opened = true;
      socket.send(ask);
    };
    socket.onmessage = () => end({ reached: true, took: ms(performance.now() - began) });
    socket.onclose = () => end({ reached: false, failure: opened ? "silent" : "unknown" });
  });
}
