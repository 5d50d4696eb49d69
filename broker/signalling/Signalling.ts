import { messageOf } from "#shared/base/errors.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { WebSocket } from "ws";
import { keepAlive } from "../limits/keepAlive.ts";
import { readThrottled, type ReadLimits } from "../limits/readThrottled.ts";
import { parseSignallingMessage, readAddressing, type SignallingMessage } from "./signallingMessage.ts";
import { TopicTable } from "./TopicTable.ts";

/** Bytes that may wait for a client that does not read. */
const BUFFER_LIMIT = 1024 * 1024;

/**
 * What one client may send. Joining thirty peers with trickled candidates is about 600 messages at once. Bytes count
 * with their copies: an encrypted description of 5 KiB goes to all thirty.
 */
const READ_LIMITS: ReadLimits = {
  messages: { burst: 2000, perSecond: 100 },
  bytes: { burst: 32 * 1024 * 1024, perSecond: 4 * 1024 * 1024 },
};

/** The y-webrtc signalling endpoint: introduces browsers to one another. Whatever a client sends harms only itself. */
export class Signalling {
  readonly #topics = new TopicTable<WebSocket>();
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  accept(socket: WebSocket): void {
    const disposes = [
      keepAlive(socket, this.#clock),
      readThrottled(socket, this.#clock, READ_LIMITS, (data) => this.#receive(socket, data)),
    ];
    socket.on("error", (error) => this.#logger.debug("a signalling connection failed", { reason: messageOf(error) }));
    socket.once("close", () => {
      for (const dispose of disposes) dispose();
      this.#topics.remove(socket);
    });
  }

  #receive(socket: WebSocket, data: Buffer): number {
    const message = parseSignallingMessage(data.toString("utf8"));
    return message === undefined ? 0 : this.#handle(socket, message);
  }

  #handle(socket: WebSocket, message: SignallingMessage): number {
    switch (message.type) {
      case "subscribe":
        for (const topic of message.topics) this.#topics.subscribe(socket, topic);
        return 0;
      case "unsubscribe":
        for (const topic of message.topics) this.#topics.unsubscribe(socket, topic);
        return 0;
      case "publish":
        return this.#publish(socket, message.topic, message.data);
      case "ping":
        send(socket, JSON.stringify({ type: "pong" }));
        return 0;
    }
  }

  #publish(socket: WebSocket, topic: string, data: unknown): number {
    const receivers = this.#topics.receivers(topic, socket, readAddressing(data));
    const text = JSON.stringify({ type: "publish", topic, data, clients: this.#topics.size(topic) });
    for (const receiver of receivers) send(receiver, text);
    return text.length * receivers.length;
  }
}

function send(socket: WebSocket, text: string): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > BUFFER_LIMIT) socket.terminate();
  else socket.send(text);
}
