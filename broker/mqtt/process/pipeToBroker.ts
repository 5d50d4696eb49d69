import { connect, isIP, type Socket } from "node:net";
import { connect as connectSecure } from "node:tls";
import type { Logger } from "#shared/ports/Logger.ts";
import type { WebSocket } from "ws";

/** Unsent bytes towards a WebSocket at which reading from the broker stops; the broker then drops who does not read. */
const HIGH_WATER = 1024 * 1024;
/**
 * Bytes of a frame; a single piece, of what Node reads at once (64 KiB), may be all of it. A WebSocket shows a frame only when
 * it is whole: at 20 KB/s one of two megabytes looks like minutes of silence.
 */
const FRAME_LIMIT = 64 * 1024;
/** Milliseconds after which a full WebSocket is looked at again: `ws` does not tell when it has drained. */
const DRAIN_POLL = 20;
/** Milliseconds in which the last bytes of a closed WebSocket must have reached the broker. */
const FLUSH_LIMIT = 1000;
/** WebSocket close code: this end goes away; come back later. */
const CLOSE_GOING_AWAY = 1001;

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  /** Over TLS, with a certificate for that name. */
  readonly secure?: boolean;
}

function open({ host, port, secure }: BrokerAddress): Socket {
  if (secure !== true) return connect({ host, port, noDelay: true });
  // TLS knows no numbers as server names.
  const socket = connectSecure({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) });
  socket.setNoDelay(true);
  return socket;
}

/**
 * Joins a WebSocket with a connection to the broker, byte for byte. The broker writes a packet in several pieces; the
 * pieces of one turn leave as one frame, which makes MQTT over WebSocket two to four times cheaper on both sides.
 */
export function pipeToBroker(socket: WebSocket, address: BrokerAddress, logger: Logger): void {
  const broker = open(address);
  const close = (reason: string): void => {
    logger.debug("an MQTT WebSocket ends", { reason });
    broker.destroy();
    // Who does not read would not read our goodbye either.
    if (socket.readyState === socket.OPEN && socket.bufferedAmount < HIGH_WATER) socket.close(CLOSE_GOING_AWAY, reason);
    else socket.terminate();
  };
  const outbox = joinTurn((frame) => {
    if (socket.readyState === socket.OPEN) socket.send(frame);
    if (socket.bufferedAmount > HIGH_WATER) pauseUntilDrained();
  });
  const pauseUntilDrained = (): void => {
    broker.pause();
    setTimeout(() => {
      if (socket.readyState === socket.OPEN && socket.bufferedAmount > HIGH_WATER) pauseUntilDrained();
      else broker.resume();
    }, DRAIN_POLL);
  };
  socket.on("message", (data, isBinary) => {
    // `ws` gives a Buffer unless told otherwise.
    if (!isBinary || !Buffer.isBuffer(data)) {
      close("MQTT is binary");
      return;
    }
    if (!broker.write(data)) {
      socket.pause();
      broker.once("drain", () => socket.resume());
    }
  });
  broker.on("data", outbox);
  broker.on("error", (error) => close(error.message));
  broker.on("close", () => close("the broker ended the connection"));
  socket.on("error", (error) => close(error.message));
  socket.on("close", () => {
    // What came last, perhaps a DISCONNECT that cancels a last will, must still reach the broker.
    broker.end();
    setTimeout(() => broker.destroy(), FLUSH_LIMIT).unref();
  });
}

/**
 * Collects what comes within one turn of the event loop and hands it over as one piece, or as several where it is more
 * than a frame may be.
 */
export function joinTurn(send: (joined: Buffer) => void): (piece: Buffer) => void {
  let pieces: Buffer[] = [];
  let size = 0;
  const flush = (): void => {
    const [only] = pieces;
    if (only === undefined) return;
    const joined = pieces.length === 1 ? only : Buffer.concat(pieces);
    [pieces, size] = [[], 0];
    send(joined);
  };
  return (piece) => {
    if (size + piece.length > FRAME_LIMIT) flush();
    pieces.push(piece);
    size += piece.length;
    if (pieces.length === 1) setImmediate(flush);
  };
}
