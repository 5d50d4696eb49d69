import type { Dispose } from "../../base/dispose.ts";
import type { RoomId } from "../../base/ids.ts";
import { seconds, type Milliseconds } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { OpenNotebook } from "./OpenNotebook.ts";

/** A notebook left is kept open this long: people go to the library and back, and a new one is opened at once. */
const LINGER: Milliseconds = seconds(3);

interface Opened {
  readonly notebook: OpenNotebook;
  users: number;
  stopLingering: Dispose;
}

/** The open notebooks of this window: each once, however many use it. */
export class OpenNotebooks {
  readonly #clock: Clock;
  readonly #opened = new Map<RoomId, Opened>();
  /** Those that are closing: a room's storage must be free before it is opened again. */
  readonly #closing = new Map<RoomId, Promise<void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(room: RoomId): OpenNotebook | undefined {
    return this.#opened.get(room)?.notebook;
  }

  /** The open notebook of a room, made by `open` if there is none. Every user must `release` it. */
  async use(room: RoomId, open: () => OpenNotebook): Promise<OpenNotebook> {
    await this.#closing.get(room);
    const opened = this.#opened.get(room) ?? { notebook: open(), users: 0, stopLingering: () => undefined };
    this.#opened.set(room, opened);
    opened.stopLingering();
    opened.users++;
    return opened.notebook;
  }

  /** Closes the notebook soon if nobody else uses it, everything is stored on this device, and nothing runs. */
  release(room: RoomId): void {
    const opened = this.#opened.get(room);
    if (opened === undefined) return;
    opened.users--;
    this.#linger(room, opened);
  }

  /** Resolves when what is open has been stored; false if something could not be. */
  async save(): Promise<boolean> {
    const notebooks = [...this.#opened.values()].map(({ notebook }) => notebook);
    await Promise.all(notebooks.map((notebook) => notebook.flush()));
    return notebooks.every((notebook) => notebook.sync.get().saved);
  }

  /** The page is being unloaded. */
  unload(): void {
    for (const { notebook } of this.#opened.values()) notebook.unload();
  }

  /** Closes everything, for the end of the window or of a test. */
  async close(): Promise<void> {
    const rooms = [...this.#opened.keys()];
    for (const room of rooms) this.#close(room);
    await Promise.all(this.#closing.values());
  }

  #linger(room: RoomId, opened: Opened): void {
    if (opened.users > 0) return;
    opened.stopLingering();
    opened.stopLingering = this.#clock.after(LINGER, () => {
      const { sync, busy } = opened.notebook;
      // What storage refused is nowhere else: it stays in memory until the window closes. What runs is wanted.
      if (sync.get().saved && busy.get() === 0) this.#close(room);
      else this.#linger(room, opened);
    });
  }

  #close(room: RoomId): void {
    const opened = this.#opened.get(room);
    if (opened === undefined) return;
    opened.stopLingering();
    this.#opened.delete(room);
    const closing = opened.notebook.end().finally(() => this.#closing.delete(room));
    this.#closing.set(room, closing);
  }
}
