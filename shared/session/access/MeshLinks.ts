import { disposeAll, type Dispose } from "../../base/dispose.ts";
import { ms } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { DocSource } from "../../ports/DocSource.ts";
import type { DocSync } from "../DocSync.ts";
import type { NotebookAccess } from "./NotebookAccess.ts";

/** How long the host may take to tell the rules. One that is away, or of an older version, tells none. */
const RULES_LIMIT = ms(3_000);

export interface MeshLinksOptions {
  readonly sync: DocSync;
  readonly access: NotebookAccess;
  readonly clock: Clock;
  /** Ways to the others that do not lead through the host. */
  readonly sources: readonly DocSource[];
}

/**
 * Direct ways to the others, for as long as everybody with the link may write. The host alone keeps to rules: on a direct
 * way, whoever has the link could write past them. So where there are rules, there are no direct ways; once closed, they
 * stay closed until the notebook is opened again.
 */
export class MeshLinks {
  readonly #options: MeshLinksOptions;
  readonly #disposes: readonly Dispose[];
  #detach: readonly (() => Promise<void>)[] | undefined;
  #waited = false;
  #closed = false;

  constructor(options: MeshLinksOptions) {
    const { access, sync, clock } = options;
    this.#options = options;
    const judge = (): void => this.#judge();
    this.#disposes = [
      access.view.subscribe(judge),
      access.told.subscribe(judge),
      sync.loaded.subscribe(judge),
      clock.after(RULES_LIMIT, () => {
        this.#waited = true;
        judge();
      }),
    ];
    judge();
  }

  close(): void {
    this.#closed = true;
    disposeAll([...this.#disposes]);
  }

  #judge(): void {
    const { access, sync, sources } = this.#options;
    if (this.#closed) return;
    if (access.view.get().restricted) {
      this.close();
      for (const detach of this.#detach ?? []) void detach();
    } else if (this.#detach === undefined && sync.loaded.get() && (access.told.get() || this.#waited)) {
      this.#detach = sources.map((source) => sync.addNetwork(source));
    }
  }
}
