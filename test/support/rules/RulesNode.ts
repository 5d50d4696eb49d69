import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemorySettings } from "#shared/adapters/memory/MemorySettings.ts";
import { helloMessage, isAccessMessage } from "#shared/adapters/webrtc/access/accessMessages.ts";
import { LinkGate } from "#shared/adapters/webrtc/access/LinkGate.ts";
import { linkRights } from "#shared/adapters/webrtc/access/linkRights.ts";
import { LinkParts } from "#shared/adapters/webrtc/LinkParts.ts";
import { askMessage, readDocumentMessage, updateMessage } from "#shared/adapters/webrtc/peerMessage.ts";
import type { YWebrtcLink } from "#shared/adapters/webrtc/yWebrtc.ts";
import { Value } from "#shared/base/value.ts";
import type { AccessBoard, KnownDevice, ToldAccess } from "#shared/ports/AccessBoard.ts";
import { isRestricted, roleOf } from "#shared/rooms/access/membership.ts";
import type { Role } from "#shared/rooms/access/role.ts";
import type { RoomRef } from "#shared/rooms/roomLink.ts";
import { NotebookAccess } from "#shared/session/access/NotebookAccess.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import type { FakeClock } from "../FakeClock.ts";

type Bytes = Uint8Array;

const [PROOF] = helloMessage(new Uint8Array(), new Uint8Array());

/** Presence is no matter of rules: these show none. */
const nobody = { getStates: () => new Map<number, never>() };

/** What is written: `cell:…` needs an editor, `run:…` a runner. `gone:…`: a cell that was deleted. */
export type Fact = string;

/**
 * How a device breaks the rules: it takes everything and sends everything. `mute` proves nothing, `thief` stands between
 * others and passes on their proofs for its own.
 */
export type Kind = "honest" | "hostile" | "mute" | "thief";

/** One end of a link in memory. What is sent waits in `queue` of the other end. */
export interface LinkEnd {
  readonly node: RulesNode;
  readonly link: YWebrtcLink;
  readonly queue: Bytes[];
  other: LinkEnd | undefined;
  readonly connect: () => void;
}

/** One device with the product's own rules, gate and parts; y-webrtc around them is imitated. */
export class RulesNode {
  readonly doc = new Y.Doc();
  readonly signer: NodeSigner;
  readonly kind: Kind;
  readonly access: NotebookAccess;
  readonly ends: LinkEnd[] = [];
  /** Called with each message this device sends, and the end it is for, before it is sent. */
  onSend: (to: LinkEnd, message: Bytes) => void = () => undefined;
  readonly #gate: LinkGate;
  readonly #parts: LinkParts;
  readonly #gone = new Set<Fact>();
  #made = 0;

  constructor(room: RoomRef, clock: FakeClock, kind: Kind, signer = NodeSigner.create()) {
    this.kind = kind;
    this.signer = signer;
    this.access = new NotebookAccess({ room, signer, settings: new MemorySettings(), logger: silentLogger });
    this.access.follow(noHost());
    const gate = new LinkGate({
      ...{ room: room.id, signer, rules: this.access, clock, logger: silentLogger },
      opened: (link) => this.#parts.ask(link),
      shutOut: () => undefined,
      changed: () => undefined,
    });
    this.#gate = gate;
    const rights = kind === "honest" ? { rights: linkRights(gate, this.doc) } : {};
    this.#parts = new LinkParts({ doc: this.doc, awareness: nobody, clock, changed: () => undefined, ...rights });
    this.doc.getMap("cells").observe((event) => {
      for (const [key, { action }] of event.changes.keys) if (action === "delete") this.#gone.add(`gone:${key}`);
    });
    this.doc.on("update", (update: Bytes) => {
      for (const { link } of this.ends) if (link.connected) trySend(link, updateMessage(update));
    });
  }

  get facts(): ReadonlySet<Fact> {
    const cells = [...this.doc.getMap("cells").keys()].map((key) => `cell:${key}`);
    const runs = [...this.doc.getMap("runs").keys()].map((key) => `run:${key}`);
    return new Set([...cells, ...runs, ...this.#gone]);
  }

  get restricted(): boolean {
    return isRestricted(this.access.membership.get());
  }

  get rules(): unknown {
    const { everybody, members } = this.access.membership.get();
    return { everybody, members: [...members.values()].map(({ peer, role }) => `${peer} ${role}`).sort() };
  }

  /** What this device knows of what another may do; undefined: one that proves nothing. */
  roleOf(other: RulesNode | undefined): Role {
    return roleOf(this.access.membership.get(), other?.signer.peer);
  }

  write(what: "cell" | "run" | "delete"): void {
    const cells = this.doc.getMap("cells");
    const name = `${this.signer.peer}-${++this.#made}`;
    if (what === "run") this.doc.getMap("runs").set(name, this.#made);
    else if (what === "cell") cells.set(name, new Y.Text("text"));
    else for (const key of [...cells.keys()].slice(0, 1)) cells.delete(key);
  }

  /** A new end of a link that is being made. */
  end(fingerprints: readonly [string, string], closed: (end: LinkEnd) => void): LinkEnd {
    const listeners: Record<string, (() => void)[]> = { connect: [], close: [] };
    const [own, other] = fingerprints.map((text) => ({ sdp: `v=0\r\na=fingerprint:sha-256 ${text}\r\n` }));
    const link = {
      ...{ remotePeerId: "peer", connected: false, glareToken: undefined },
      peer: {
        ...{ initiator: true, bufferSize: 0, _pc: { localDescription: own, remoteDescription: other } },
        send: (message: Bytes) => this.#deliver(end, message),
        on: (event: string, listener: () => void) => listeners[event]?.push(listener),
        ...{ listeners: () => [], removeAllListeners: () => undefined },
      },
      destroy: () => closed(end),
    };
    const connect = (): void => {
      link.connected = true;
      // As y-webrtc does, before anybody else hears of it.
      trySend(end.link, askMessage(Y.encodeStateVector(this.doc)));
      for (const listener of listeners["connect"] ?? []) listener();
    };
    const end: LinkEnd = { node: this, link: link as unknown as YWebrtcLink, queue: [], other: undefined, connect };
    this.ends.push(end);
    const raw = end.link.peer.send;
    this.#gate.adopt(end.link, (message) => this.#read(end.link, message));
    if (this.kind !== "honest") end.link.peer.send = raw;
    this.#parts.adopt(end.link);
    return end;
  }

  /** Something has come over a link. */
  receive(end: LinkEnd, message: Bytes): void {
    if (this.kind === "thief" && message[0] === PROOF) {
      for (const { other } of this.ends) if (other !== undefined && other !== end.other) other.queue.push(message);
    }
    if (this.kind === "honest" || isAccessMessage(message)) this.#gate.received(end.link, message);
    else this.#read(end.link, message);
  }

  lost(end: LinkEnd): void {
    this.ends.splice(this.ends.indexOf(end), 1);
    this.#gate.lost(end.link);
    this.#parts.lost(end.link);
  }

  ask(): void {
    for (const { link } of this.ends) this.#parts.ask(link);
  }

  stop(): void {
    this.#gate.stop();
    this.#parts.stop();
    this.access.close();
    this.doc.destroy();
  }

  #deliver(end: LinkEnd, message: Bytes): void {
    if (!end.link.connected || end.other === undefined) throw new Error("the link is closed");
    if (message[0] === PROOF && (this.kind === "mute" || this.kind === "thief")) return;
    this.onSend(end.other, message);
    end.other.queue.push(message);
  }

  #read(link: YWebrtcLink, message: Bytes): void {
    if (this.#parts.received(link, message)) return;
    const read = readDocumentMessage(message);
    if (read?.type === "update") Y.applyUpdate(this.doc, read.update, this);
  }
}

function trySend(link: YWebrtcLink, message: Bytes): void {
  try {
    link.peer.send(message);
  } catch {
    // As y-webrtc does.
  }
}

function noHost(): AccessBoard {
  return {
    told: new Value<ToldAccess | undefined>(undefined),
    devices: new Value<readonly KnownDevice[]>([]),
    refused: new Value<string | undefined>(undefined),
    cards: new Value<readonly Uint8Array[]>([]),
    notes: new Value<readonly Uint8Array[]>([]),
    publishNotes: () => false,
    publish: () => undefined,
  };
}
