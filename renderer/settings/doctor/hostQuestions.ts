// What is asked at each endpoint of a class host, and any host answers: in the hub a room that nobody is in, at
// signalling a ping, at the broker a connection.

import { RoomId } from "#shared/base/ids.ts";
import { FRAME_SYNC, HUB_PATH, MQTT_PATH, SIGNALLING_PATH } from "#shared/contracts/host/hubProtocol.ts";
import type { SocketQuestion } from "./probeSocket.ts";

/** y-protocols: sync step 1 with the state vector of an empty document. */
const SYNC_STEP_1 = Uint8Array.of(FRAME_SYNC, 0, 1, 0);

export function hostQuestions(base: string): Readonly<Record<"hub" | "signalling" | "mqtt-web", SocketQuestion>> {
  const sockets = base.replace(/^http/, "ws");
  return {
    hub: { url: `${sockets}${HUB_PATH}${RoomId.create()}`, ask: SYNC_STEP_1 },
    signalling: { url: `${sockets}${SIGNALLING_PATH}`, ask: JSON.stringify({ type: "ping" }) },
    "mqtt-web": { url: `${sockets}${MQTT_PATH}`, protocol: "mqtt", ask: connectPacket(RoomId.create()) },
  };
}

/** MQTT 3.1.1 CONNECT, clean session, no last will; a client id of the length that ours have. */
function connectPacket(clientId: string): Uint8Array<ArrayBuffer> {
  const id = new TextEncoder().encode(clientId);
  const body = [0, 4, ...new TextEncoder().encode("MQTT"), 4, 2, 0, 30, 0, id.length, ...id];
  return Uint8Array.of(0x10, body.length, ...body);
}
