import { disposeAll, type Dispose } from "../../base/dispose.ts";
import { ms } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { DocSource } from "../../ports/DocSource.ts";
import { mayRead } from "../../rooms/access/role.ts";
import type { DocSync } from "../DocSync.ts";
import type { NotebookAccess } from "./NotebookAccess.ts";

/** How long the host may take to tell the rules. One that is away, or of an older version, tells none. */
const RULES_LIMIT = ms(3_000);

export interface MeshLinksOptions {
  readonly sync: DocSync;
  readonly access: Pick<NotebookAccess, "view" | "told">;
  readonly clock: Clock;
  /** Ways to the others that do not lead through the host. */
  readonly sources: readonly DocSource[];
}

/**
 * Direct ways to the others.
 * 1. Before the host has had time to tell the rules there are none, unless this device knows of rules already.
 * 2. Where there are rules, only those ways are open whose receivers keep to them. On others, whoever has the link could
 *    write past them.
 * 3. Who may not even read has none: the others would end them.
 */
export class MeshLinks {
  readonly #options: MeshLinksOptions;
  readonly #disposes: readonly Dispose[];
  readonly #attached = new Map<DocSource, () => Promise<void>>();
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
    const { sync, sources } = this.#options;
    if (this.#closed || !sync.loaded.get()) return;
    for (const source of sources) {
      const detach = this.#attached.get(source);
      const wanted = this.#isOpen(source);
      if (wanted && detach === undefined) this.#attached.set(source, sync.addNetwork(source));
      if (wanted || detach === undefined) continue;
      this.#attached.delete(source);
      void detach();
    }
  }

  #isOpen({ keepsRules }: DocSource): boolean {
    const { access } = this.#options;
    const { restricted, role } = access.view.get();
    if (restricted) return keepsRules === true && mayRead(role);
    // Once open they stay: the host need not be there.
    return access.told.get() || this.#waited;
  }
}
