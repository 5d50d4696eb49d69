import { messageOf } from "#shared/base/errors.ts";
import type { PeerId, RoomId } from "#shared/base/ids.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { membership, roleOf, withSay, type Membership } from "#shared/rooms/access/membership.ts";
import { mayEdit, mayRun, type Role } from "#shared/rooms/access/role.ts";
import {
  EVERYBODY,
  parseStatement,
  signatureOf,
  STATEMENTS_LIMIT,
  type SignedStatement,
} from "#shared/rooms/access/statement.ts";
import { RUN_ROOTS, staysWithin } from "#shared/notebook/updateReach.ts";
import type * as Y from "yjs";
import type { AccessFiles } from "./AccessFiles.ts";
import { verifyDevice } from "./verifyDevice.ts";

export interface RoomAccessOptions {
  readonly room: RoomId;
  readonly files: AccessFiles;
  readonly logger: Logger;
}

/** Who may do what in one room, and what was said about it. */
export class RoomAccess {
  readonly #options: RoomAccessOptions;
  #founding: Uint8Array | undefined;
  #statements: readonly SignedStatement[] = [];
  #membership: Membership;
  #taking: Promise<unknown> = Promise.resolve();

  constructor(options: RoomAccessOptions) {
    this.#options = options;
    this.#membership = membership({ id: options.room, founding: undefined }, []);
  }

  /** @throws StorageError when what is stored cannot be read; nobody may come in then */
  async load(): Promise<void> {
    const stored = await this.#options.files.read(this.#options.room);
    this.#founding = stored?.founding;
    this.#become(stored?.statements.flatMap((bytes) => this.#read(bytes) ?? []) ?? []);
  }

  get founding(): Uint8Array | undefined {
    return this.#founding;
  }

  get statements(): readonly Uint8Array[] {
    return this.#statements.map(({ bytes }) => bytes);
  }

  /** What was said about this device, about everybody, and about whoever said it: from it follows what the device may do. */
  statementsAbout(peer: PeerId | undefined): readonly Uint8Array[] {
    const isAbout = ({ statement: { subject } }: SignedStatement): boolean =>
      subject === EVERYBODY || (peer !== undefined && subject === peer);
    const authors = new Set(this.#statements.filter(isAbout).map(({ author }) => author));
    const told = this.#statements.filter((said) => {
      const { subject } = said.statement;
      return isAbout(said) || (subject !== EVERYBODY && authors.has(subject));
    });
    return told.map(({ bytes }) => bytes);
  }

  roleOf(peer: PeerId | undefined): Role {
    return roleOf(this.#membership, peer);
  }

  /** Whether somebody with this role may have the update applied. The document is not touched. */
  mayWrite(role: Role, doc: Y.Doc, update: Uint8Array): boolean {
    return mayEdit(role) || staysWithin(doc, update, mayRun(role) ? RUN_ROOTS : []);
  }

  /** Takes those statements that are new and said by people with a say. Resolves with them when they are stored. */
  take(founding: Uint8Array | undefined, given: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    const taken = this.#taking.then(() => this.#take(founding, given));
    this.#taking = taken.catch(() => undefined);
    return taken;
  }

  /**
   * Keeps what shows who founded the room: by it devices see whether their link has the room's key. Resolves with whether
   * it was stored; where not, nothing worse follows than that they are not told.
   */
  keepFounding(founding: Uint8Array): Promise<boolean> {
    const kept = this.#taking.then(() => this.#keepFounding(founding));
    this.#taking = kept;
    return kept;
  }

  async #keepFounding(founding: Uint8Array): Promise<boolean> {
    if (this.#founding !== undefined) return true;
    const { files, room, logger } = this.#options;
    try {
      await files.write(room, { founding, statements: this.statements });
    } catch (error) {
      logger.error("who founded a notebook could not be stored", { error: messageOf(error) });
      return false;
    }
    this.#founding = founding;
    this.#become(this.#statements);
    return true;
  }

  async #take(given: Uint8Array | undefined, bytes: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    const known = new Set(this.#statements.map((said) => said.bytes.join()));
    const fresh = bytes.filter((one) => !known.has(one.join())).flatMap((one) => this.#read(one) ?? []);
    const founding = this.#founding ?? given;
    const room = { id: this.#options.room, founding };
    const taken = withSay(room, this.#statements, fresh);
    const refused = fresh.length - taken.length;
    if (refused > 0) this.#options.logger.warn("statements about members were refused", { count: refused });
    const statements = [...this.#statements, ...taken];
    if (taken.length === 0 || founding === undefined) return [];
    if (statements.length > STATEMENTS_LIMIT) {
      this.#options.logger.warn("a room has more statements about its members than can be kept");
      return [];
    }
    await this.#options.files.write(room.id, { founding, statements: statements.map((said) => said.bytes) });
    this.#founding = founding;
    this.#become(statements);
    return taken.map((said) => said.bytes);
  }

  #become(statements: readonly SignedStatement[]): void {
    this.#statements = statements;
    this.#membership = membership({ id: this.#options.room, founding: this.#founding }, statements);
  }

  #read(bytes: Uint8Array): SignedStatement | undefined {
    const said = parseStatement(this.#options.room, bytes);
    return said !== undefined && verifyDevice(signatureOf(said)) ? said : undefined;
  }
}
