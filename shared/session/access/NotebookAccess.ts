// Who may do what in one open notebook, as far as this device knows: from what it was told before, kept with its
// settings, and what the class host tells now. Statements are believed only with a good signature.

import { fromBase64url, toBase64url } from "../../base/base64url.ts";
import { BadInputError, messageOf } from "../../base/errors.ts";
import type { Dispose } from "../../base/dispose.ts";
import type { PeerId } from "../../base/ids.ts";
import { readArray, readString } from "../../base/parse.ts";
import { sameBytes } from "../../base/sameBytes.ts";
import { Value, type Readable } from "../../base/value.ts";
import type { HubMode } from "../../contracts/host/sealedHub.ts";
import type { AccessBoard } from "../../ports/AccessBoard.ts";
import type { Logger } from "../../ports/Logger.ts";
import type { RoomRules } from "../../ports/RoomRules.ts";
import type { Settings } from "../../ports/Settings.ts";
import type { Signer } from "../../ports/Signer.ts";
import {
  isRestricted,
  membership,
  nextVersion,
  roleOf,
  withSay,
  type Membership,
} from "../../rooms/access/membership.ts";
import { mayManage, type Role } from "../../rooms/access/role.ts";
import {
  parseStatement,
  signatureOf,
  signStatement,
  STATEMENT_LIMIT,
  STATEMENTS_LIMIT,
  type SignedStatement,
  type Subject,
} from "../../rooms/access/statement.ts";
import { foundingOf, isFounder } from "../../rooms/founding.ts";
import type { RoomSecret } from "../../rooms/roomKeys.ts";
import type { RoomRef } from "../../rooms/roomLink.ts";
import type { AccessView, MemberView } from "../views.ts";
import { NotebookMoves } from "./NotebookMoves.ts";

export interface NotebookAccessOptions {
  readonly room: RoomRef;
  readonly signer: Signer;
  readonly settings: Settings;
  readonly logger: Logger;
}

export class NotebookAccess implements RoomRules {
  /** Into another room, when the notebook gets a new key. */
  readonly moves: NotebookMoves;
  readonly #options: NotebookAccessOptions;
  #founding: Uint8Array;
  #isFounder: boolean;
  readonly #told = new Value(false);
  readonly #view: Value<AccessView>;
  readonly #texts: Value<readonly Uint8Array[]>;
  readonly #state: Value<Membership>;
  #statements: ReadonlyMap<string, SignedStatement>;
  #board: AccessBoard | undefined;
  #mode: Readable<HubMode> | undefined;
  #stops: readonly Dispose[] = [];
  #hearing: Promise<void> = Promise.resolve();

  constructor(options: NotebookAccessOptions) {
    this.#options = options;
    this.moves = new NotebookMoves(options);
    this.#founding = foundingOf(options.room.secret);
    this.#isFounder = isFounder(options.room.id, this.#founding, options.signer.publicKey);
    // What this device has stored was verified before.
    this.#statements = byText(readStored(options).flatMap((bytes) => this.#parse(bytes) ?? []));
    this.#texts = new Value([...this.#statements.values()].map(({ bytes }) => bytes));
    this.#state = new Value(this.#judge());
    this.#view = new Value(this.#look());
  }

  get view(): Readable<AccessView> {
    return this.#view;
  }

  get membership(): Readable<Membership> {
    return this.#state;
  }

  get statements(): Readable<readonly Uint8Array[]> {
    return this.#texts;
  }

  /** True once the host has told what it keeps, and that has been understood. */
  get told(): Readable<boolean> {
    return this.#told;
  }

  /** The notebook has a class host, which keeps who may do what. */
  follow(board: AccessBoard, mode?: Readable<HubMode>): void {
    this.#board = board;
    this.moves.follow(board);
    this.#mode = mode;
    this.#stops = [
      ...(mode === undefined ? [] : [mode.subscribe(() => this.#show())]),
      board.told.subscribe(() => this.#hear()),
      board.devices.subscribe(() => this.#show()),
      board.refused.subscribe(() => this.#show()),
    ];
    this.#show();
  }

  /** The room's secret became known after this was made. */
  learnSecret(secret: RoomSecret): void {
    const { room, signer } = this.#options;
    this.#founding = foundingOf(secret);
    this.#isFounder = isFounder(room.id, this.#founding, signer.publicKey);
    this.#state.set(this.#judge());
    this.#show();
  }

  /** @throws BadInputError if this device may not say so, or nobody would hear it */
  async setRole(subject: Subject, role: Role, name: string): Promise<void> {
    const { room, signer } = this.#options;
    if (this.#board === undefined) {
      throw new BadInputError(
        "Only this computer has this notebook. Share it first; then its class host keeps the rules.",
      );
    }
    const known = this.#state.get();
    const state = { ...known, founder: this.#isFounder ? signer.peer : known.founder };
    const version = nextVersion(state, signer.peer, subject);
    if (version === undefined || (mayManage(role) && !this.#isFounder)) {
      throw new BadInputError("Only who made this notebook can say that.");
    }
    // A blind host keeps statements as everybody does, and reads them; it learns no names.
    const called = this.#isBlind ? "" : name;
    const words = { room: room.id, subject, role, name: called, version, by: signer.publicKey };
    const said = await signStatement(words, (message) => signer.sign(message));
    this.#add([said]);
    this.#publish();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.moves.close();
  }

  /** One after the other: what was told later must not be overtaken by what was told before. */
  #hear(): void {
    const told = this.#board?.told.get();
    if (told === undefined) return;
    this.#hearing = this.#hearing.then(async () => {
      const fresh = this.#fresh(told.statements);
      const good = await Promise.all(fresh.map((said) => this.#isSigned(said)));
      this.#add(fresh.filter((_, index) => good[index]));
      this.#told.set(true);
      this.#show();
      this.#publish();
    });
  }

  /** What others than the host pass on is looked at as the host would: first whether anybody with a say says so. */
  hear(given: readonly Uint8Array[]): Promise<boolean> {
    const heard = this.#hearing.then(async () => {
      const room = { id: this.#options.room.id, founding: this.#founding };
      const taken = withSay(room, [...this.#statements.values()], this.#fresh(given));
      // One after the other: who forges one is not worth the work of checking thousands.
      for (const said of taken) if (!(await this.#isSigned(said))) return false;
      this.#add(taken);
      return true;
    });
    this.#hearing = heard.then(() => undefined);
    return heard;
  }

  #fresh(given: readonly Uint8Array[]): readonly SignedStatement[] {
    return given.filter((bytes) => !this.#statements.has(textOf(bytes))).flatMap((bytes) => this.#parse(bytes) ?? []);
  }

  /** Never rejects. */
  async #isSigned(said: SignedStatement): Promise<boolean> {
    const { signer, logger } = this.#options;
    const { publicKey, message, signature } = signatureOf(said);
    return signer.verify(publicKey, message, signature).catch((error: unknown) => {
      logger.warn("a statement could not be checked", { error: messageOf(error) });
      return false;
    });
  }

  /** Gives the host what we said while it was away, and shows it who founded the room. Others' words it has from them. */
  #publish(): void {
    const told = new Set(this.#board?.told.get()?.statements.map(textOf));
    const { peer } = this.#options.signer;
    const ours = [...this.#statements].filter(([text, { author }]) => author === peer && !told.has(text));
    // The founder is heard without having said anything: so it sees who has come.
    if ((ours.length > 0 || this.#isFounder) && this.#told.get()) {
      this.#board?.publish(
        this.#founding,
        ours.map(([, { bytes }]) => bytes),
      );
    }
  }

  #add(said: readonly SignedStatement[]): void {
    if (said.length === 0 || this.#statements.size + said.length > STATEMENTS_LIMIT) return;
    this.#statements = new Map([...this.#statements, ...byText(said)]);
    store(this.#options, [...this.#statements.keys()]);
    // Before what follows from it: who is shut out by it is to hear why.
    this.#texts.set([...this.#statements.values()].map(({ bytes }) => bytes));
    this.#state.set(this.#judge());
    this.#show();
  }

  #judge(): Membership {
    return membership({ id: this.#options.room.id, founding: this.#founding }, this.#statements.values());
  }

  #show(): void {
    this.#view.set(this.#look());
  }

  #look(): AccessView {
    const { signer } = this.#options;
    const state = this.#state.get();
    const role = this.#isFounder ? "teacher" : roleOf(state, signer.peer);
    return {
      role,
      everybody: state.everybody,
      restricted: isRestricted(state),
      founder: this.#isFounder ? signer.peer : state.founder,
      enforced: this.#board !== undefined,
      blind: this.#isBlind,
      manages: mayManage(role) && this.#board !== undefined,
      appoints: this.#isFounder,
      members: this.#members(),
      refused: this.#board?.refused.get(),
      wrongKey: this.#hasWrongKey,
    };
  }

  /** The host keeps what the founder showed it, which whoever has the room's secret derives, too. */
  get #hasWrongKey(): boolean {
    const founding = this.#board?.told.get()?.founding;
    return founding !== undefined && !sameBytes(founding, this.#founding);
  }

  get #isBlind(): boolean {
    return this.#mode?.get() === "sealed";
  }

  #members(): readonly MemberView[] {
    const devices = this.#board?.devices.get() ?? [];
    const here = new Map(devices.map((device) => [device.peer, device] as const));
    const state = this.#state.get();
    const named = [...state.members.values()].map(({ peer, role, name }) => {
      const device = here.get(peer);
      return { peer, role, name: name === "" ? (device?.name ?? "") : name, named: true, here: device?.here ?? false };
    });
    const others = devices.filter(({ peer }) => !state.members.has(peer) && !this.#isKnownFounder(peer));
    const role = state.everybody;
    return [...named, ...others.map((device) => ({ ...memberOf(device), role, named: false }))];
  }

  #isKnownFounder(peer: PeerId): boolean {
    return peer === (this.#isFounder ? this.#options.signer.peer : this.#state.get().founder);
  }

  #parse(bytes: Uint8Array): SignedStatement | undefined {
    return parseStatement(this.#options.room.id, bytes);
  }
}

const memberOf = ({ peer, name, here }: { readonly peer: PeerId; readonly name: string; readonly here: boolean }) => ({
  peer,
  name,
  here,
});

const textOf = (bytes: Uint8Array): string => toBase64url(bytes);

const byText = (said: readonly SignedStatement[]): ReadonlyMap<string, SignedStatement> =>
  new Map(said.map((one) => [textOf(one.bytes), one] as const));

const settingOf = ({ room }: NotebookAccessOptions): string => `access:${room.id}`;

function readStored(options: NotebookAccessOptions): readonly Uint8Array[] {
  const stored = options.settings.get(settingOf(options));
  const read = (item: unknown): Uint8Array | undefined => fromBase64url(readString(item, STATEMENT_LIMIT * 2) ?? "!");
  return readArray(stored, STATEMENTS_LIMIT, read) ?? [];
}

function store(options: NotebookAccessOptions, texts: readonly string[]): void {
  options.settings.set(settingOf(options), [...texts]);
}
