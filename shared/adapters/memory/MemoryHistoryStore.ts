import type { RoomId, StateId } from "../../base/ids.ts";
import type { UnixMs } from "../../base/units.ts";
import { inOrder } from "../../history/parseHistory.ts";
import type { DatedState, HistoryChange, HistoryStore, Person, StoredHistory } from "../../ports/HistoryStore.ts";

interface Kept {
  readonly states: Map<StateId, DatedState>;
  readonly contents: Map<StateId, Uint8Array>;
  readonly people: Map<number, Person>;
  visited: UnixMs | undefined;
}

export class MemoryHistoryStore implements HistoryStore {
  readonly #rooms = new Map<RoomId, Kept>();

  load(room: RoomId): Promise<StoredHistory> {
    const { states, people, visited } = this.#room(room);
    return Promise.resolve({ states: inOrder([...states.values()]), people: [...people.values()], visited });
  }

  read(room: RoomId, state: StateId): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#room(room).contents.get(state)?.slice());
  }

  change(room: RoomId, { put, content, drop, people, forget, visited }: HistoryChange): Promise<void> {
    const kept = this.#room(room);
    for (const state of put ?? []) kept.states.set(state.id, state);
    if (content) kept.contents.set(content.state, content.bytes.slice());
    for (const id of drop ?? []) {
      kept.states.delete(id);
      kept.contents.delete(id);
    }
    for (const person of people ?? []) kept.people.set(person.client, person);
    for (const client of forget ?? []) kept.people.delete(client);
    kept.visited = visited ?? kept.visited;
    return Promise.resolve();
  }

  purge(room: RoomId): Promise<void> {
    this.#rooms.delete(room);
    return Promise.resolve();
  }

  #room(room: RoomId): Kept {
    const known = this.#rooms.get(room);
    if (known !== undefined) return known;
    const made: Kept = { states: new Map(), contents: new Map(), people: new Map(), visited: undefined };
    this.#rooms.set(room, made);
    return made;
  }
}
