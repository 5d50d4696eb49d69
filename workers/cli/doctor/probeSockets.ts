import mqtt from "mqtt";
import { WebSocket } from "ws";
import { helloFrame } from "#shared/adapters/hub/accessFrames.ts";
import { readHubFrame } from "#shared/adapters/hub/hubFrames.ts";
import { RoomId } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import { AUTH_QUERY, HUB_PATH, MQTT_PATH, SIGNALLING_PATH } from "#shared/contracts/host/hubProtocol.ts";
import type { Probe, ProbeFailure } from "#shared/doctor/probe.ts";
import { brokerLogin } from "#shared/rooms/brokerToken.ts";
import { parseRoomLink } from "#shared/rooms/roomLink.ts";
import { createRoomSecret, deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import { NodeSigner } from "../../agent/NodeSigner.ts";
import { failureOf, failureOfStatus } from "./failureOf.ts";
import { PATIENCE, type AgentsBroker } from "./probeHost.ts";

export interface Place {
  /** `http://192.168.1.5:8720` */
  readonly origin: string;
  /** False where the certificate is known not to be trusted: the doctor sends nothing that anybody may not see. */
  readonly verify: boolean;
}

const webSocketUrl = ({ origin }: Place, path: string): string => `${origin.replace(/^http/, "ws")}${path}`;

/** The hub greets whoever comes. A room of its own: the doctor needs no notebook, and shows no one's id to anybody. */
export const probeHub = (place: Place): Promise<Probe> =>
  probeSocket(place, `${HUB_PATH}${RoomId.create()}`, { isAnswer: () => true });

/**
 * Who founded the notebook of a link, as far as its host shows (rooms/founding.ts). Comes as somebody unknown: the doctor is
 * no device that people should see in the notebook. Undefined where nothing can be learnt.
 */
export async function askFounding(place: Place, link: string): Promise<Uint8Array | undefined> {
  const room = parseRoomLink(link);
  // Whoever has the room's id may come in.
  if (!room.ok || room.value.kind === "class" || !place.verify) return undefined;
  let founding: Uint8Array | undefined;
  await probeSocket(place, `${HUB_PATH}${room.value.id}?${AUTH_QUERY}=1`, {
    isAnswer: (data, say) => {
      const frame = readHubFrame(data);
      if (frame?.type === "challenge") say(helloFrame(new Uint8Array(), new Uint8Array(), ""));
      if (frame?.type === "access") ({ founding } = frame);
      return frame?.type === "access";
    },
  });
  return founding;
}

export const probeSignalling = (place: Place): Promise<Probe> =>
  probeSocket(place, SIGNALLING_PATH, {
    ask: JSON.stringify({ type: "ping" }),
    isAnswer: (data) => data.includes('"pong"'),
  });

/** First byte of a CONNACK packet. */
const CONNACK = 0x20;

/** MQTT by hand: its library does not tell a refused WebSocket from one that was cut. */
export const probeMqttWeb = (place: Place): Promise<Probe> =>
  probeSocket(place, MQTT_PATH, {
    protocol: "mqtt",
    ask: connectPacket(RoomId.create()),
    isAnswer: (data) => data[0] === CONNACK,
  });

/** CONNECT of MQTT 3.1.1 with a clean session and a keepalive of 10 s. `id`: shorter than 100 characters. */
function connectPacket(id: string): Buffer {
  const body = Buffer.concat([
    Buffer.from("\0\x04MQTT\x04\x02\0\x0a\0", "latin1"),
    Buffer.from([id.length]),
    Buffer.from(id),
  ]);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}

interface Talk {
  readonly protocol?: string;
  readonly ask?: string | Buffer;
  /** `say`: for hosts that first ask something. */
  readonly isAnswer: (data: Buffer, say: (words: Uint8Array) => void) => boolean;
}

function probeSocket(place: Place, path: string, { protocol, ask, isAnswer }: Talk): Promise<Probe> {
  const started = performance.now();
  const { origin, verify } = place;
  const socket = new WebSocket(webSocketUrl(place, path), protocol === undefined ? [] : [protocol], {
    // As the page would: the host refuses pages that are not its own.
    origin,
    rejectUnauthorized: verify,
    handshakeTimeout: PATIENCE,
  });
  return new Promise<Probe>((resolve) => {
    let isOpen = false;
    const fail = (failure: ProbeFailure): void => resolve({ reached: false, failure });
    const late = setTimeout(() => fail(isOpen ? "silent" : "timeout"), PATIENCE);
    socket.on("open", () => {
      isOpen = true;
      if (ask !== undefined) socket.send(ask);
    });
    socket.on("message", (data: Buffer) => {
      if (isAnswer(data, (words) => socket.send(words)))
        resolve({ reached: true, took: ms(performance.now() - started) });
    });
    socket.on("unexpected-response", (_request, { statusCode }) => fail(failureOfStatus(statusCode)));
    socket.on("error", (error) => fail(isLate(error) ? "timeout" : failureOf(error)));
    socket.on("close", () => {
      clearTimeout(late);
      fail(isOpen ? "silent" : "unknown");
    });
  }).finally(() => socket.terminate());
}

const isLate = (error: Error): boolean => error.message.includes("handshake has timed out");

/** Return codes of brokers that did not take a login: that is an answer too. */
const LOGIN_CODES: readonly unknown[] = [4, 5];

/** Logs in as the only member of a room that nobody else is in: it says and hears nothing. */
export async function probeMqttTcp({ origin, verify }: Place, broker: AgentsBroker): Promise<Probe> {
  const signer = NodeSigner.create();
  const keys = deriveRoomKeys(RoomId.create(), createRoomSecret());
  const login = await brokerLogin({ keys, signer }, broker.now);
  const started = performance.now();
  const client = mqtt.connect(`${broker.secure ? "mqtts" : "mqtt"}://${new URL(origin).hostname}:${broker.port}`, {
    ...{ clientId: signer.peer, protocolVersion: 4, ...(broker.outside ? {} : login) },
    reconnectPeriod: 0,
    connectTimeout: PATIENCE,
    rejectUnauthorized: verify,
  });
  return new Promise<Probe>((resolve) => {
    const fail = (failure: ProbeFailure): void => resolve({ reached: false, failure });
    const late = setTimeout(() => fail("timeout"), PATIENCE);
    const reach = (): void => resolve({ reached: true, took: ms(performance.now() - started) });
    client.on("connect", reach);
    client.on("error", (error) => {
      if (broker.outside && "code" in error && LOGIN_CODES.includes(error.code)) reach();
      else fail(failureOf(error));
    });
    client.on("close", () => {
      clearTimeout(late);
      fail("silent");
    });
  }).finally(() => client.end(true));
}
