import type * as Y from "yjs";
import type { RoomId, StateId } from "#shared/base/ids.ts";
import { err, type Result } from "#shared/base/result.ts";
import { HistoryKeeper, type KeepRefusal } from "#shared/history/HistoryKeeper.ts";
import { peopleShown } from "#shared/history/people.ts";
import { HOST_LIMITS } from "#shared/history/thinOut.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Deflater } from "#shared/ports/Deflater.ts";
import type { DatedState, HistoryStore, StoredHistory, VersionLabel } from "#shared/ports/HistoryStore.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { AwarenessEntry } from "#shared/presence/cleanAwareness.ts";
import { parsePresence } from "#shared/presence/presence.ts";
import { ShownProofs } from "./ShownProofs.ts";

/** What the history of a room is told while the room is in memory. */
export interface RoomWatch {
  /** The room's document, in the place of one before it. */
  loaded(doc: Y.Doc, authorsOf: (origin: unknown) => readonly number[]): void;
  /**
   * What peers show of themselves: whose hand their clients are. Claimed, unless their devices signed it. Returns how many
   * signatures that made us verify.
   */
  shown(entries: readonly AwarenessEntry[]): number;
  /** Resolves when everything is kept, or cannot be. */
  flush(): Promise<void>;
  /** The room leaves memory. */
  end(): void;
}

export interface RoomHistoriesOptions {
  readonly store: HistoryStore;
  readonly deflater: Deflater;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type LabelRefusal = KeepRefusal | "unknown-state";

/** The histories of a class host: written by the rooms in memory, read and named over http. */
export class RoomHistories {
  readonly #options: RoomHistoriesOptions;
  readonly #open = new Map<RoomId, HistoryKeeper>();

  constructor(options: RoomHistoriesOptions) {
    this.#options = options;
  }

  watch(room: RoomId): RoomWatch {
    const keeper = this.#keeper(room);
    this.#open.set(room, keeper);
    const proofs = new ShownProofs(room, () => this.#options.clock.now());
    return {
      loaded: (doc, authorsOf) => keeper.watch(doc, authorsOf),
      shown: (entries) => {
        const before = proofs.verified;
        keeper.note(entries.flatMap((entry) => peopleOf(entry, proofs)));
        return proofs.verified - before;
      },
      flush: () => keeper.flush(),
      end: () => {
        keeper.stop();
        if (this.#open.get(room) === keeper) this.#open.delete(room);
      },
    };
  }

  load(room: RoomId): Promise<StoredHistory> {
    return this.#options.store.load(room);
  }

  /** The deflated state. */
  read(room: RoomId, state: StateId): Promise<Uint8Array | undefined> {
    return this.#options.store.read(room, state);
  }

  /** The document as it is now. While nobody is in the room, that is the newest state. */
  async keep(room: RoomId, cause: "version" | "before-restore"): Promise<Result<DatedState, LabelRefusal>> {
    const keeper = this.#open.get(room);
    if (keeper !== undefined) return keeper.keep(cause);
    const newest = (await this.load(room)).states.at(-1);
    return newest === undefined ? err("empty") : { ok: true, value: newest };
  }

  label(room: RoomId, state: StateId, version: VersionLabel | undefined): Promise<Result<DatedState, LabelRefusal>> {
    return (this.#open.get(room) ?? this.#keeper(room)).label(state, version);
  }

  #keeper(room: RoomId): HistoryKeeper {
    return new HistoryKeeper({ ...this.#options, room, limits: HOST_LIMITS });
  }
}

function peopleOf({ client, state }: AwarenessEntry, proofs: ShownProofs): ReturnType<typeof peopleShown> {
  const presence = parsePresence(state);
  return presence === undefined ? [] : peopleShown(client, presence, proofs.isProven(client, presence, state));
}
