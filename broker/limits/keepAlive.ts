import type { Dispose } from "#shared/base/dispose.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { WebSocket } from "ws";

/** How often a quiet socket is asked for a sign of life. A laptop whose lid closed is gone after two of these. */
export const PING_INTERVAL: Milliseconds = seconds(15);

/** Ends a socket whose other side has gone without saying so. Anything received counts as life. */
export function keepAlive(socket: WebSocket, clock: Clock): Dispose {
  let alive = true;
  let cancel: Dispose;
  const onLife = (): void => {
    alive = true;
  };
  const check = (): void => {
    // A paused socket is one that we do not read: its silence says nothing.
    if (!alive && !socket.isPaused) {
      socket.terminate();
      return;
    }
    alive = false;
    if (socket.readyState === socket.OPEN) socket.ping();
    cancel = clock.after(PING_INTERVAL, check);
  };
  cancel = clock.after(PING_INTERVAL, check);
  socket.on("pong", onLife);
  socket.on("message", onLife);
  return () => {
    cancel();
    socket.off("pong", onLife);
    socket.off("message", onLife);
  };
}
