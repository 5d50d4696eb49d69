// A network that one tab holds for all tabs of a notebook: links to other computers, the class host, or the broker. In the
// tab that leads it is the network itself; in the others it says what the leader says of it.
// 1. "Held" in another tab: the leader names the digest of what is held; it is ours if our document has the same.
// 2. One that any number of tabs may hold (`shared`) is held by each whose leader does not answer, or has lost it: a tab that
//    is not seen may be frozen, and its timers late. When the leader has it again, the others let go.
// 3. An edit takes "held" back in its own turn, as everywhere.

import { reportChanges } from "#shared/adapters/reportChanges.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import { disposeAll } from "#shared/base/dispose.ts";
import { ms } from "#shared/base/units.ts";
import { Timers } from "#shared/adapters/Timers.ts";
import { documentDigest } from "#shared/notebook/digest.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { AttachedDocument, AttachedSource, DocSource, SourceStatus } from "#shared/ports/DocSource.ts";
import type { LedKind, ToldStatus } from "./tabMessage.ts";
import type { TabsDocSource } from "./TabsDocSource.ts";

/** The document must rest for so long before its digest is taken: taking it reads all of it. */
const QUIET = ms(300);
/** `ready` waits no longer than this for a leader to say something. */
const READY_LIMIT = ms(1_000);

export class LedSource implements DocSource {
  readonly kind: LedKind;
  readonly keepsRules: boolean;
  readonly #source: DocSource;
  readonly #tabs: TabsDocSource;
  readonly #clock: Clock;
  readonly #shared: boolean;

  constructor(
    source: DocSource & { readonly kind: LedKind },
    tabs: TabsDocSource,
    { clock, shared = false }: { readonly clock: Clock; readonly shared?: boolean },
  ) {
    this.kind = source.kind;
    this.keepsRules = source.keepsRules === true;
    this.#source = source;
    this.#tabs = tabs;
    this.#clock = clock;
    this.#shared = shared;
  }

  attach(document: AttachedDocument, report: (status: SourceStatus) => void): AttachedSource {
    const { kind } = this;
    const how = { kind, source: this.#source, tabs: this.#tabs, clock: this.#clock, shared: this.#shared };
    return new LedSession({ ...how, document, report });
  }
}

interface LedOptions {
  readonly kind: LedKind;
  readonly source: DocSource;
  readonly tabs: TabsDocSource;
  readonly clock: Clock;
  readonly shared: boolean;
  readonly document: AttachedDocument;
  readonly report: (status: SourceStatus) => void;
}

class LedSession implements AttachedSource {
  readonly ready: Promise<void>;
  readonly #options: LedOptions;
  readonly #report: (status: SourceStatus) => void;
  readonly #timers: Timers;
  readonly #disposes: readonly Dispose[];
  /** The network, while this tab leads. */
  #inner: AttachedSource | undefined;
  #ending: Promise<void> = Promise.resolve();
  #status: SourceStatus = { state: "connecting" };
  /** Our digest equals the one that the leader called held. */
  #held = false;
  #attached = true;
  #becomeReady: () => void = () => undefined;

  constructor(options: LedOptions) {
    this.#options = options;
    this.#report = reportChanges(options.report);
    this.#timers = new Timers(options.clock);
    this.ready = new Promise((resolve) => (this.#becomeReady = resolve));
    const { tabs, document } = options;
    document.doc.on("update", this.#changed);
    this.#disposes = [
      () => document.doc.off("update", this.#changed),
      tabs.leads.subscribe(() => this.#leadershipChanged()),
      tabs.answers.subscribe(() => this.#leadershipChanged()),
      tabs.told.subscribe(() => this.#toldChanged()),
      tabs.onArrival(() => this.#tell()),
    ];
    this.#timers.set("ready", READY_LIMIT, () => this.#becomeReady());
    this.#say({ state: "connecting" });
    this.#leadershipChanged();
  }

  async flush(): Promise<void> {
    await this.#inner?.flush();
  }

  resync(): void {
    this.#inner?.resync();
  }

  async detach(): Promise<void> {
    if (!this.#attached) return;
    disposeAll(this.#disposes);
    this.#attached = false;
    this.#timers.clear();
    this.#becomeReady();
    await this.#ending;
    await this.#inner?.detach();
    this.#inner = undefined;
  }

  #leadershipChanged(): void {
    if (!this.#holds) this.#follow();
    // What a connection leaves behind is not to be taken for the next one's.
    else void this.#ending.then(() => this.#lead());
  }

  /** The network is to be held in this tab. */
  get #holds(): boolean {
    const { tabs, shared } = this.#options;
    return tabs.leads.get() || (shared && (!tabs.answers.get() || this.#told?.status.state === "offline"));
  }

  #lead(): void {
    if (this.#inner !== undefined || !this.#attached || !this.#holds) return;
    this.#timers.stop("compare");
    this.#timers.stop("ready");
    const { source, document } = this.#options;
    this.#inner = source.attach(document, (status) => {
      this.#status = status;
      this.#say(status);
      this.#tell();
    });
    void this.#inner.ready.then(() => this.#becomeReady());
  }

  #follow(): void {
    const inner = this.#inner;
    this.#inner = undefined;
    if (inner === undefined) return;
    this.#ending = inner.detach();
    this.#status = { state: "connecting" };
    this.#toldChanged();
  }

  get #told(): ToldStatus | undefined {
    return this.#options.tabs.told.get().get(this.#options.kind);
  }

  #toldChanged(): void {
    this.#leadershipChanged();
    if (this.#inner !== undefined) return;
    const told = this.#told;
    if (told !== undefined) this.#becomeReady();
    this.#compareSoon();
    this.#sayTold();
  }

  readonly #changed = (): void => {
    if (this.#inner !== undefined) {
      this.#timers.stop("tell-held");
      return;
    }
    this.#held = false;
    this.#compareSoon();
    this.#sayTold();
  };

  #compareSoon(): void {
    this.#held = false;
    if (this.#told?.digest === undefined) return;
    this.#timers.set("compare", QUIET, () => {
      this.#held = this.#inner === undefined && documentDigest(this.#options.document.doc) === this.#told?.digest;
      this.#sayTold();
    });
  }

  #sayTold(): void {
    if (this.#inner !== undefined) return;
    const status = this.#told?.status ?? { state: "connecting" };
    this.#say(status.state === "connected" ? { ...status, held: this.#held } : status);
  }

  /** Tells the other tabs how this network is, and a little later what of it is held. */
  #tell(): void {
    const { tabs, kind, document } = this.#options;
    this.#timers.stop("tell-held");
    if (this.#inner === undefined || tabs.others.get() === 0) return;
    tabs.tell({ kind, status: this.#status, digest: undefined });
    if (this.#status.state !== "connected" || !this.#status.held) return;
    this.#timers.set("tell-held", QUIET, () => {
      tabs.tell({ kind, status: this.#status, digest: documentDigest(document.doc) });
    });
  }

  #say(status: SourceStatus): void {
    if (this.#attached) this.#report(status);
  }
}
