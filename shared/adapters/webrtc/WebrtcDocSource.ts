import type { Dispose } from "../../base/dispose.ts";
import { messageOf } from "../../base/errors.ts";
import { ms } from "../../base/units.ts";
import { Value, type Readable } from "../../base/value.ts";
import { SIGNALLING_PATH } from "../../contracts/host/hubProtocol.ts";
import type { AttachedDocument, AttachedSource, DocSource, SourceStatus } from "../../ports/DocSource.ts";
import type { WebrtcGiven, WebrtcOptions } from "./webrtcOptions.ts";
import type { WebrtcRoom } from "./WebrtcRoom.ts";
import { webrtcStatus } from "./webrtcStatus.ts";
import { reportChanges } from "../reportChanges.ts";
import { loadYWebrtc } from "./yWebrtc.ts";

/** A signalling server that has not answered by then is called away. */
const SIGNALLING_PATIENCE = ms(3_000);
/** `ready` waits no longer than this for a first peer. */
const READY_LIMIT = ms(4_000);
const FLUSH_LIMIT = ms(2_000);
const FLUSH_POLL = ms(10);

/** Address of the signalling server of the class host that serves `base` (`http://192.168.1.5:8720`). */
export function signallingUrl(base: string): string {
  const url = new URL(base);
  return `${url.protocol === "https:" ? "wss" : "ws"}://${url.host}${SIGNALLING_PATH}`;
}

/** y-webrtc: documents and presence directly between browsers. One at a time per room and page. */
export class WebrtcDocSource implements DocSource {
  readonly kind = "webrtc";
  readonly #options: WebrtcOptions;
  readonly #links = new Value<ReadonlySet<string>>(new Set());
  readonly #forwards = new Value(false);

  constructor(given: WebrtcGiven) {
    this.#options = { iceServers: [], ...given };
  }

  get keepsRules(): boolean {
    return this.#options.access !== undefined;
  }

  /** Ends of the links that work now, as peers name them in the presence field `LINK_FIELD`. */
  get links(): Readable<ReadonlySet<string>> {
    return this.#links;
  }

  /** Others are reached over peers that are relays: a link lost does not mean that somebody is gone. */
  get forwards(): Readable<boolean> {
    return this.#forwards;
  }

  attach(document: AttachedDocument, report: (status: SourceStatus) => void): AttachedSource {
    return new AttachedWebrtc(this.#options, document, { report, links: this.#links, forwards: this.#forwards });
  }
}

/**
 * Rooms this page is in or is leaving. y-webrtc keeps its rooms in a module-level map and throws where nobody can catch
 * it when one is opened twice.
 */
const occupied = new Map<string, Promise<void>>();

interface Outputs {
  readonly report: (status: SourceStatus) => void;
  readonly links: Value<ReadonlySet<string>>;
  readonly forwards: Value<boolean>;
}

class AttachedWebrtc implements AttachedSource {
  readonly ready: Promise<void>;
  readonly #options: WebrtcOptions;
  readonly #document: AttachedDocument;
  readonly #outputs: Outputs;
  readonly #report: (status: SourceStatus) => void;
  readonly #timers: readonly Dispose[];
  readonly #started: Promise<void>;
  #room: WebrtcRoom | undefined;
  #attached = true;
  #waited = false;
  #failed = false;
  #becomeReady: () => void = () => {};
  #free: () => void = () => {};

  constructor(options: WebrtcOptions, document: AttachedDocument, outputs: Outputs) {
    this.#options = options;
    this.#document = document;
    this.#outputs = outputs;
    this.#report = reportChanges(outputs.report);
    this.ready = new Promise((resolve) => (this.#becomeReady = resolve));
    this.#timers = [
      options.clock.after(SIGNALLING_PATIENCE, () => {
        this.#waited = true;
        this.#sayStatus();
      }),
      options.clock.after(READY_LIMIT, () => this.#becomeReady()),
    ];
    this.#say({ state: "connecting" });
    this.#started = this.#start();
  }

  async flush(): Promise<void> {
    const { clock } = this.#options;
    const end = clock.monotonic() + FLUSH_LIMIT;
    while (this.#room?.flushed === false && clock.monotonic() < end) {
      await new Promise<void>((resolve) => clock.after(FLUSH_POLL, resolve));
    }
  }

  resync(): void {
    this.#room?.resync();
  }

  async detach(): Promise<void> {
    if (!this.#attached) return;
    this.#attached = false;
    for (const stop of this.#timers) stop();
    this.#becomeReady();
    await this.#started;
    await this.flush();
    await this.#room?.close();
    this.#room = undefined;
    this.#outputs.links.set(new Set());
    this.#outputs.forwards.set(false);
    this.#free();
  }

  /** Never rejects: whatever goes wrong ends in a status. */
  async #start(): Promise<void> {
    const { rtc } = this.#options;
    if (rtc === undefined) {
      this.#fail("webrtc-unavailable", "This browser makes no direct connections: WebRTC is turned off in it.");
      return;
    }
    try {
      await this.#options.when?.();
      if (!this.#attached) return;
      // No page needs any of this to read and write.
      const [{ WebrtcRoom: Room }, { deriveSignallingKey }, module] = await Promise.all([
        import("./WebrtcRoom.ts"),
        import("./signalling/signallingSeal.ts"),
        loadYWebrtc(),
      ]);
      const key = await deriveSignallingKey(this.#options.password, this.#options.room);
      if (!(await this.#occupy())) return;
      this.#room = new Room(
        { module, key, document: this.#document },
        { ...this.#options, rtc },
        {
          changed: () => this.#changed(),
          answered: () => this.#becomeReady(),
        },
      );
      await this.#room.open();
    } catch (error) {
      this.#options.logger.error("peer-to-peer could not start", { error: messageOf(error) });
      this.#fail("webrtc-unavailable", `Direct connections do not work in this browser: ${messageOf(error)}`);
    }
  }

  /** Waits until this page has left the room it may still be leaving. False if it is to stay out. */
  async #occupy(): Promise<boolean> {
    const { room, clock } = this.#options;
    const before = occupied.get(room);
    if (before !== undefined) {
      const patience = new Promise<void>((resolve) => clock.after(FLUSH_LIMIT, resolve));
      await Promise.race([before, patience]);
    }
    if (!this.#attached) return false;
    if (occupied.has(room)) {
      this.#fail(
        "already-open",
        "This notebook is open twice in one page; only the first is linked to other computers.",
      );
      return false;
    }
    occupied.set(room, new Promise((resolve) => (this.#free = resolve)));
    const free = this.#free;
    this.#free = () => {
      occupied.delete(room);
      free();
    };
    return true;
  }

  #changed(): void {
    const room = this.#room;
    if (room === undefined) return;
    const { links } = room;
    // Before the links, which are judged by it.
    this.#outputs.forwards.set(room.forwards);
    const before = this.#outputs.links.get();
    if (links.size !== before.size || [...links].some((link) => !before.has(link))) this.#outputs.links.set(links);
    this.#sayStatus();
  }

  #sayStatus(): void {
    if (this.#failed) return;
    const { signalling, failing, undeliverable } = this.#room ?? { signalling: false, failing: 0, undeliverable: 0 };
    this.#say(
      webrtcStatus({
        ...{ signalling, failing, undeliverable, waited: this.#waited },
        links: this.#room?.links.size ?? 0,
        receiving: this.#room?.receiving,
      }),
    );
  }

  #fail(code: string, message: string): void {
    this.#failed = true;
    this.#becomeReady();
    this.#say({ state: "failed", code, message });
  }

  #say(status: SourceStatus): void {
    if (this.#attached) this.#report(status);
  }
}
