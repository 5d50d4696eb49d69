// Notebooks that get a new key, and with it another room (rooms/moving). The document goes along whole, with what was
// written while its host was away; the old room's copy stays on this device for a month, as everything removed does.

import * as Y from "yjs";
import { BadInputError, messageOf } from "../../base/errors.ts";
import type { PeerId, RoomId } from "../../base/ids.ts";
import { CREATION } from "../../notebook/origins.ts";
import type { LibraryEntry } from "../../ports/LibraryStore.ts";
import { EVERYBODY } from "../../rooms/access/statement.ts";
import { foundRoom } from "../../rooms/founding.ts";
import type { RoomRef } from "../../rooms/roomLink.ts";
import { trueWithin } from "../history/trueWithin.ts";
import type { Classroom } from "./Classroom.ts";
import type { MeshbookPorts } from "./MeshbookPorts.ts";
import type { OpenNotebook } from "./OpenNotebook.ts";
import type { Shelf } from "./Shelf.ts";

const UNREACHABLE = "The class host cannot be reached. A new key is given through it: try again when it is back.";

export interface MovedNotebooksOptions {
  readonly ports: MeshbookPorts;
  readonly shelf: Shelf;
  readonly classroom: Classroom;
  /** Opens the notebook of an entry; whoever gets it closes it. */
  readonly use: (entry: LibraryEntry) => Promise<OpenNotebook>;
  readonly baseOf: (entry: LibraryEntry) => string | undefined;
}

export class MovedNotebooks {
  readonly #options: MovedNotebooksOptions;
  readonly #moving = new Map<RoomId, Promise<RoomId>>();

  constructor(options: MovedNotebooksOptions) {
    this.#options = options;
  }

  /** Goes along when the founder of an open notebook gives it a new key. */
  watch(entry: LibraryEntry, notebook: OpenNotebook): void {
    const { movedTo } = notebook.moves;
    movedTo.subscribe(() => {
      const next = movedTo.get();
      if (next === undefined) return;
      this.#enter(entry, notebook, next).catch((error: unknown) => {
        this.#options.ports.logger.error("a notebook with a new key could not be opened", { error: messageOf(error) });
      });
    });
  }

  /** Gives a notebook a new key. @throws BadInputError if this device did not make it, or its host is away */
  async changeKey(entry: LibraryEntry, old: OpenNotebook): Promise<RoomId> {
    const { ports } = this.#options;
    const access = old.access.get();
    if (!access.appoints) throw new BadInputError("Only who made this notebook can give it a new key.");
    if (!(await trueWithin(old.sync, (sync) => sync.heldByHost === true, ports.clock))) {
      throw new BadInputError(UNREACHABLE);
    }
    const next = foundRoom(ports.signer.publicKey);
    const room = await this.#enter(entry, old, next, async (moved) => {
      // First the rules, then the people.
      if (!(await trueWithin(moved.sync, (sync) => sync.heldByHost === true, ports.clock))) {
        throw new BadInputError(UNREACHABLE);
      }
      for (const { peer, role, name, named } of access.members) if (named) await moved.setRole(peer, role, name);
      if (access.everybody !== "editor") await moved.setRole(EVERYBODY, access.everybody, "");
      const roles = new Map(access.members.map(({ peer, role }) => [peer, role] as const));
      const mayStay = (peer: PeerId): boolean => (roles.get(peer) ?? access.everybody) !== "none";
      const notes = await old.moves.notesTo(next, mayStay, ports.clock);
      if (!old.moves.publish(notes)) throw new BadInputError(UNREACHABLE);
    });
    // The old link invites nobody any more, and who was in by it alone is turned away.
    await old.setRole(EVERYBODY, "none", "");
    return room;
  }

  #enter(
    entry: LibraryEntry,
    old: OpenNotebook,
    next: RoomRef,
    invite: (moved: OpenNotebook) => Promise<void> = () => Promise.resolve(),
  ): Promise<RoomId> {
    const entering = this.#moving.get(entry.room) ?? this.#move(entry, old, { next, invite });
    this.#moving.set(entry.room, entering);
    // What failed may be tried again.
    entering.catch(() => this.#moving.delete(entry.room));
    return entering;
  }

  async #move(
    entry: LibraryEntry,
    old: OpenNotebook,
    { next, invite }: { readonly next: RoomRef; readonly invite: (moved: OpenNotebook) => Promise<void> },
  ): Promise<RoomId> {
    const { ports, shelf, classroom, use, baseOf } = this.#options;
    const now = ports.clock.now();
    const base = baseOf(entry);
    if (base === undefined) throw new BadInputError(UNREACHABLE);
    const title = shelf.get(entry.room)?.title ?? entry.title;
    const fresh: LibraryEntry = { ...entry, title, room: next.id, secret: next.secret, host: undefined, opened: now };
    const moved = await use(fresh);
    try {
      Y.applyUpdate(moved.doc, Y.encodeStateAsUpdate(old.doc), CREATION);
      // What comes into the old room while we are still in it comes along.
      old.doc.on("update", (update: Uint8Array) => Y.applyUpdate(moved.doc, update, CREATION));
      await moved.flush();
      await moved.share(base);
      await invite(moved);
      await shelf.put({ ...fresh, host: base, removed: undefined });
      await shelf.change(entry.room, { removed: now });
      classroom.remove(entry.room);
      old.moves.enter(next.id);
      return next.id;
    } finally {
      void moved.close();
    }
  }
}
