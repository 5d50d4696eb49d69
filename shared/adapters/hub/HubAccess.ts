import { messageOf } from "../../base/errors.ts";
import type { RoomId } from "../../base/ids.ts";
import type { AccessBoard } from "../../ports/AccessBoard.ts";
import type { Logger } from "../../ports/Logger.ts";
import type { Signer } from "../../ports/Signer.ts";
import { helloMessage } from "../../rooms/access/hello.ts";
import { accessFrame, cardsFrame, helloFrame, notesFrame, type AccessFrame } from "./accessFrames.ts";
import { HostWords } from "./HostWords.ts";

export interface HubAccessOptions {
  readonly room: RoomId;
  /** Name and port of the host, as we reach it. */
  readonly host: string;
  readonly signer: Signer;
  /** How we call ourselves. */
  readonly name: () => string;
  /** This device's card, for whoever gives the notebook a new key; undefined: it cannot be told of one. */
  readonly card?: () => Promise<Uint8Array>;
  readonly logger: Logger;
}

type Send = (frame: Uint8Array<ArrayBuffer>) => void;

/** Our side of the frames about who may do what, over one connection after another. */
export class HubAccess extends HostWords implements AccessBoard {
  readonly #options: HubAccessOptions;
  #send: Send | undefined;
  #hearRefusal: (reason: string) => void = () => undefined;
  /** The next access frame is the first of its connection: it holds all. */
  #fresh = true;

  constructor(options: HubAccessOptions) {
    super();
    this.#options = options;
  }

  publish(founding: Uint8Array, statements: readonly Uint8Array[]): void {
    this.#send?.(accessFrame(founding, statements));
  }

  publishNotes(notes: readonly Uint8Array[]): boolean {
    this.#send?.(notesFrame(notes));
    return this.#send !== undefined;
  }

  /** A new connection; `refused` hears what the host does not take over it. */
  connected(send: Send, refused: (reason: string) => void): void {
    this.#send = send;
    this.#hearRefusal = refused;
    this.#fresh = true;
  }

  disconnected(): void {
    this.#send = undefined;
    this.devices.update((devices) => devices.map((device) => ({ ...device, here: false })));
  }

  received(frame: AccessFrame): void {
    switch (frame.type) {
      case "challenge":
        if (this.#send !== undefined) void this.#answer(frame.challenge, this.#send);
        return;
      case "access":
        this.#tell(frame);
        return;
      case "refused":
        this.#hearRefusal(frame.reason);
        return;
      case "devices":
      case "cards":
      case "notes":
        this.takeList(frame);
        return;
      // Only clients say hello.
      case "identity":
        return;
    }
  }

  async #answer(challenge: Uint8Array, send: Send): Promise<void> {
    const { room, host, signer, name, card, logger } = this.#options;
    try {
      const signature = await signer.sign(helloMessage({ room, host, challenge }));
      send(helloFrame(signer.publicKey, signature, name()));
      const own = await card?.();
      if (own !== undefined) send(cardsFrame([own]));
    } catch (error) {
      // The host takes us for somebody unknown after a while.
      logger.error("this device's key does not sign", { error: messageOf(error) });
    }
  }

  #tell({ founding, statements }: AccessFrame & { readonly type: "access" }): void {
    const before = this.#fresh ? undefined : this.told.get();
    this.#fresh = false;
    this.told.set({
      founding: founding ?? before?.founding,
      statements: [...(before?.statements ?? []), ...statements],
    });
  }
}
