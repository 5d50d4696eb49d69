// The sync hub's wire: y-websocket framing over `ws://host/sync/<roomId>`, so that a stock WebsocketProvider talks to it.
// Each binary frame starts with a varint type. Ours adds one type, sent only to clients that asked for it.

/** Path of the hub; the room id follows. */
export const HUB_PATH = "/sync/";
/** Path of the y-webrtc signalling endpoint. */
export const SIGNALLING_PATH = "/signal";
/** Path of MQTT over WebSocket (subprotocol `mqtt`). */
export const MQTT_PATH = "/mqtt";
/** Path of blobs: `/blobs/<roomId>/<sha-256 hex>`, GET, HEAD and PUT. */
export const BLOBS_PATH = "/blobs/";
/** The same at a blind host: what is sealed, under names that only members can make. */
export const SEALED_BLOBS_PATH = "/sealed-blobs/";
/** Facts about the host as JSON (`HostInfo`). */
export const HOST_INFO_PATH = "/host.json";

export const FRAME_SYNC = 0;
export const FRAME_AWARENESS = 1;
export const FRAME_AUTH = 2;
export const FRAME_QUERY_AWARENESS = 3;
/**
 * Host → client, only if the client connected with `?held=1`: varint n. Everything in the first n sync frames this
 * client sent on this connection is stored durably, and so is everything the host had relayed to this client before it
 * read the nth. Counting frames covers deletions, which state vectors do not.
 */
export const FRAME_HELD = 100;
export const HELD_QUERY = "held";
/**
 * Host → client, only in answer to a sync step 1 that has a varint after its state vector: how many bytes of an update
 * the client applies at a time. If it lacks more than that, this frame comes in place of step 2: varint, about how many
 * bytes are left with these; then an update with the next of them (see shared/adapters/parts). The client applies it and
 * asks again with its new state vector, until a step 2 ends it. While it is owed an answer it is sent no updates of
 * others: they are in the parts. Stock clients end step 1 with the state vector; stock hosts do not read on after it.
 */
export const FRAME_PART = 101;

/**
 * Host → client, first frame, only if the client connected with `?auth=1`: random bytes. Until the client has answered
 * with `FRAME_HELLO`, its other frames wait; after `HELLO_LIMIT` it counts as somebody unknown.
 */
export const FRAME_CHALLENGE = 110;
/** Client → host: public key, signature over `helloMessage`, name. See shared/rooms/access/hello.ts. */
export const FRAME_HELLO = 111;
/**
 * Both ways: the room's founding (or no bytes) and signed statements. From the host, first all, then what is new; from a
 * client, what the host has not shown, or nothing, which only shows that it founded the room. The host keeps the founding
 * that a founder shows: who derives another from the secret in its link has a wrong link. It takes the statements of
 * people who have a say, and closes with `CLOSE_ACCESS_CHANGED` the connections whose role is another now. A device that
 * may nothing is told, before it is closed, what was said about it, about everybody, and about whoever said that, without
 * the founding.
 */
export const FRAME_ACCESS = 112;
/** Host → client that sent `FRAME_HELLO`: text, why an update was not taken. It is neither stored nor passed on. */
export const FRAME_REFUSED = 113;
/** Host → teachers: devices that proved who they are in this room. */
export const FRAME_DEVICES = 114;
/**
 * Client → host: one card, which box of this device notes may be put into (rooms/moving/boxKey.ts). Host → founder: all.
 */
export const FRAME_CARDS = 115;
/**
 * Founder → host: notes for devices, that the notebook has another room now (rooms/moving/moveNote.ts). Host → device:
 * its own, whenever it comes.
 */
export const FRAME_NOTES = 116;
export const AUTH_QUERY = "auth";
/** "Service restart" (RFC 6455 registry): come back at once. */
export const CLOSE_ACCESS_CHANGED = 1012;

/** Largest frame either side accepts: a first sync of a large notebook in one frame, and no more. */
export const HUB_FRAME_LIMIT = 64 * 1024 * 1024;
/** Largest signalling message: a session description is below 10 KiB. */
export const SIGNALLING_MESSAGE_LIMIT = 64 * 1024;

/** What `GET /host.json` answers: everything a page or agent needs to know of a class host beside its address. */
export interface HostInfo {
  readonly name: string;
  readonly version: string;
  /** Origin under which others on the network reach the host; a loopback one if only its own computer can. */
  readonly address: string;
  /** TCP port of MQTT, for agents. */
  readonly mqttPort: number;
  /** The host's clock, Unix milliseconds: logins at its broker go by it. Hosts before that had none. */
  readonly now?: number;
  /** Set if the class uses a broker that is not the host's own: how members reach it (see rooms/brokerAccess.ts). */
  readonly broker?: string;
  /** Whether that port speaks MQTT over TLS. */
  readonly mqttTls?: boolean;
  /** It stores and passes on only what members sealed (see sealedHub.ts). */
  readonly blind?: boolean;
  /** By what members recognise their class (rooms/classMark.ts). Blind hosts know of no class; hosts before had none. */
  readonly classMark?: string;
  /** Pages may send it spans of their jobs (OTLP over HTTP, in JSON, at `/v1/traces`): it was told of a collector. */
  readonly traces?: boolean;
}
