// A client of the hub that says who it is, written on a bare socket: what a test makes it send, it sends.

import { WebSocket } from "ws";
import * as Y from "yjs";
import { accessFrame, helloFrame, type SeenDevice } from "#shared/adapters/hub/accessFrames.ts";
import { answerFrame, askFrame, readHubFrame, updateFrame } from "#shared/adapters/hub/hubFrames.ts";
import { HUB_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { readAwarenessUpdate, type AwarenessEntry } from "#shared/presence/cleanAwareness.ts";
import { helloMessage } from "#shared/rooms/access/hello.ts";
import { EVERYBODY, signStatement, type Subject, type Version } from "#shared/rooms/access/statement.ts";
import type { Role } from "#shared/rooms/access/role.ts";
import { foundingOf } from "#shared/rooms/founding.ts";
import type { RoomRef } from "#shared/rooms/roomLink.ts";
import type { NodeSigner } from "../../../workers/agent/NodeSigner.ts";

export interface AccessClientOptions {
  readonly port: number;
  readonly room: RoomRef;
  readonly signer: NodeSigner;
  /** What it signs in place of what it should. */
  readonly sign?: (challenge: Uint8Array) => Promise<readonly [publicKey: Uint8Array, signature: Uint8Array]>;
}

export class AccessClient {
  readonly doc = new Y.Doc();
  readonly socket: WebSocket;
  readonly statements: Uint8Array[] = [];
  readonly refusals: string[] = [];
  /** What others showed, in order. */
  readonly shown: AwarenessEntry[] = [];
  devices: readonly SeenDevice[] = [];
  challenge: Uint8Array | undefined;
  /** The host has asked for what it lacks: we are in. */
  greeted = false;
  answered = 0;
  told = 0;
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly #options: AccessClientOptions;
  readonly #waiting: (() => void)[] = [];

  constructor(options: AccessClientOptions) {
    this.#options = options;
    const { port, room } = options;
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${HUB_PATH}${room.id}?held=1&auth=1`);
    this.socket.binaryType = "arraybuffer";
    this.socket.on("error", () => {});
    this.socket.on("open", () => this.ask());
    this.socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#check();
    });
    this.socket.on("message", (data: ArrayBuffer) => void this.#receive(new Uint8Array(data)));
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.send(updateFrame(update));
    });
  }

  ask(): void {
    this.send(askFrame(Y.encodeStateVector(this.doc)));
  }

  send(frame: Uint8Array): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(frame);
  }

  /** Signs a statement and gives it to the host. */
  async say(subject: Subject, role: Role, version: Version): Promise<void> {
    const { signer, room } = this.#options;
    const words = { room: room.id, subject, role, name: "", version, by: signer.publicKey };
    const { bytes } = await signStatement(words, (message) => signer.sign(message));
    this.send(accessFrame(foundingOf(room.secret), [bytes]));
  }

  /** The founder says what everybody may do. */
  async restrict(role: Role, founder = 1): Promise<void> {
    await this.say(EVERYBODY, role, { founder, teacher: 0 });
    await this.until(() => this.statements.length > 0);
  }

  /** Resolves when the host has read everything sent until now. */
  async settled(): Promise<void> {
    const { answered } = this;
    this.ask();
    await this.until(() => this.answered > answered);
  }

  /** Resolves when `condition` holds; rejects when the connection closes first. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (condition()) resolve();
        else if (this.closed) reject(new Error(`closed: ${this.closed.code} ${this.closed.reason}`));
        else this.#waiting.push(check);
      };
      check();
    });
  }

  async untilClosed(): Promise<{ readonly code: number; readonly reason: string }> {
    await this.until(() => this.closed !== undefined);
    return this.closed!;
  }

  close(): void {
    this.socket.close();
    this.doc.destroy();
  }

  async #receive(bytes: Uint8Array): Promise<void> {
    const frame = readHubFrame(bytes);
    switch (frame?.type) {
      case "challenge":
        this.challenge = frame.challenge;
        await this.#hello(frame.challenge);
        break;
      case "ask":
        this.greeted = true;
        this.send(answerFrame(Y.encodeStateAsUpdate(this.doc, frame.stateVector)));
        break;
      case "update":
        if (frame.answer) this.answered++;
        Y.applyUpdate(this.doc, frame.update, this);
        break;
      case "access":
        this.told++;
        this.statements.push(...frame.statements);
        break;
      case "awareness":
        this.shown.push(...(readAwarenessUpdate(frame.update) ?? []));
        break;
      case "refused":
        this.refusals.push(frame.reason);
        break;
      case "devices":
        this.devices = frame.devices;
        break;
      default:
    }
    this.#check();
  }

  async #hello(challenge: Uint8Array): Promise<void> {
    const { port, room, signer, sign } = this.#options;
    const message = helloMessage({ room: room.id, host: `127.0.0.1:${port}`, challenge });
    const [publicKey, signature] = await (sign?.(challenge) ?? [signer.publicKey, await signer.sign(message)]);
    this.send(helloFrame(publicKey, signature, "a name"));
  }

  #check(): void {
    for (const check of this.#waiting.splice(0)) check();
  }
}
