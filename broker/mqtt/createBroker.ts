// The embedded MQTT broker: aedes with the settings that keep one bad client from stalling a class. `Backlogs` says how long
// anybody waits for a client that reads slowly; `concurrency` keeps its undelivered messages from taking every delivery slot.

import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";
import { kib } from "#shared/base/units.ts";
import { SocketBytes } from "../metrics/SocketBytes.ts";
import { BACKLOG_LIMITS, Backlogs, type BacklogLimits } from "./Backlogs.ts";
import type { BrokerCounts } from "./brokerCounts.ts";
import { BrokerRules, type BrokerRulesOptions } from "./BrokerRules.ts";
import { PacketLengths } from "./PacketLengths.ts";
import { PAYLOAD_LIMIT } from "./topicRules.ts";

const CONCURRENCY = 10_000;
/** Milliseconds a socket may take to introduce itself. */
const CONNECT_TIMEOUT = 10_000;
/** Seconds; a longer keepalive would leave the dead among the living for minutes. */
const KEEPALIVE_LIMIT = 60;
/** Largest packet: the largest payload, its topic and header. */
const PACKET_LIMIT = PAYLOAD_LIMIT + kib(4);
/** Connections at a time. */
const CONNECTIONS_LIMIT = 1000;

const PING_TOPIC = "$SYS/meshbook/ping";

export interface BrokerOptions extends BrokerRulesOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** Those of `BACKLOG_LIMITS` unless given. */
  readonly backlogs?: BacklogLimits;
}

export interface Broker {
  readonly port: number;
  /** Sends a message through the broker to itself; calls back when it came through. */
  ping(onPong: () => void): void;
  counts(): BrokerCounts;
  close(): Promise<void>;
}

/** @throws NodeJS.ErrnoException when the port cannot be listened on */
export async function createBroker(options: BrokerOptions): Promise<Broker> {
  const aedes = await Aedes.createBroker({
    concurrency: CONCURRENCY,
    connectTimeout: CONNECT_TIMEOUT,
    keepaliveLimit: KEEPALIVE_LIMIT,
  });
  const rules = new BrokerRules(options);
  rules.applyTo(aedes);
  const bytes = new SocketBytes();
  const limits = options.backlogs ?? BACKLOG_LIMITS;
  const backlogs = new Backlogs(options.clock, options.logger, limits);
  const server = createServer({ noDelay: true, highWaterMark: limits.highWater }, (socket) => {
    limitPackets(socket);
    bytes.add(socket);
    const client = aedes.handle(socket);
    // In place of its own waiting, which ends each client that does not take everything within a fixed time.
    Object.assign(client, { waitForDrain: backlogs.watch(socket, () => client.id) });
  });
  server.maxConnections = CONNECTIONS_LIMIT;
  const port = await listen(server, options);
  let onPong: () => void = () => {};
  aedes.subscribe(
    PING_TOPIC,
    (_packet, done) => {
      onPong();
      done();
    },
    () => {},
  );
  return {
    port,
    ping: (callback) => {
      onPong = callback;
      const packet = { cmd: "publish", topic: PING_TOPIC, payload: "", qos: 0, retain: false, dup: false } as const;
      aedes.publish(packet, () => {});
    },
    counts: () => {
      const { read, written } = bytes.totals;
      const { rss } = process.memoryUsage();
      return { ...rules.counts, clients: aedes.connectedClients, bytesIn: read, bytesOut: written, memory: rss };
    },
    close: async () => {
      server.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
}

/** Ends a connection that announces a packet above the limit, before the parser makes room for it. */
function limitPackets(socket: Socket): void {
  const lengths = new PacketLengths(PACKET_LIMIT);
  const read = socket.read.bind(socket);
  socket.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array) || lengths.accept(chunk)) return chunk;
    socket.destroy(new Error(`a packet above ${PACKET_LIMIT} bytes`));
    return null;
  };
}

function listen(server: Server, { host, port }: BrokerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      // reason: a listening TCP server has an address with a port; only pipes have a name.
      resolve((server.address() as AddressInfo).port);
    });
  });
}
