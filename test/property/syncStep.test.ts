// The decision behind "saved, held, seen": whatever happens and in whatever order, nobody is counted as having seen what
// has another digest or none, and trouble that lasts is acted on in time, again and again, and never without need.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PeerId } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import {
  DIFFER_PATIENCE,
  initialSync,
  PENDING_PATIENCE,
  QUIET,
  RESYNC_MAX,
  stepSync,
  syncView,
  type ReplicaDigest,
  type SyncEvent,
  type SyncState,
} from "#shared/session/syncStep.ts";
import { checkProperty } from "../support/property.ts";

const ME = PeerId.parse("m".repeat(22))!;
const OTHERS = ["a", "b", "c"].map((letter) => PeerId.parse(letter.repeat(22))!);

/** What a replica shows: our own content as it is now, something else, or nothing because it changes. */
type Shown = "same" | "other" | "nothing";
type Happening =
  | { readonly do: "change" | "host-away" | "host-gone" }
  | { readonly do: "shown"; readonly who: number; readonly what: Shown; readonly mine: boolean }
  | { readonly do: "left"; readonly who: number }
  | { readonly do: "host"; readonly held: boolean }
  | { readonly do: "pending"; readonly pending: boolean }
  | { readonly do: "wait"; readonly time: number };

const who = fc.nat(2);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ do: fc.constantFrom("change" as const, "host-away", "host-gone") }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("shown" as const),
      who,
      mine: fc.boolean(),
      what: fc.constantFrom("same" as const, "other", "nothing"),
    }),
  },
  fc.record({ do: fc.constant("left" as const), who }),
  fc.record({ do: fc.constant("host" as const), held: fc.boolean() }),
  fc.record({ do: fc.constant("pending" as const), pending: fc.boolean() }),
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("wait" as const), time: fc.constantFrom(1, 300, 2_500, 70_000) }),
  },
);

/** Performs the orders of `stepSync` as DocSync does, on a time line of its own, and judges them. */
class Life {
  #state: SyncState = initialSync(ME);
  #now = 0;
  #content = 0;
  #pending = false;
  #quietAt: number | undefined;
  #wakeAt: number | undefined;
  #published: string | undefined;
  #replicas: readonly ReplicaDigest[] = [];
  #troubleSince: number | undefined;
  #resynced: number | undefined;

  constructor() {
    this.#step({ type: "changed" });
  }

  live(what: Happening): void {
    switch (what.do) {
      case "change":
        this.#content += 1;
        return this.#step({ type: "changed" });
      case "shown":
        return this.#show(what);
      case "left":
        return this.#know(this.#replicas.filter(({ peer }) => peer !== OTHERS[what.who]));
      case "host":
        return this.#report({ state: "connected", held: what.held });
      case "host-away":
        return this.#report({ state: "offline", reason: "" });
      case "host-gone":
        return this.#step({ type: "source-gone", id: 1 });
      case "pending":
        this.#pending = what.pending;
        return this.#step({ type: "pending-known", pending: what.pending });
      case "wait":
        return this.#pass(what.time);
    }
  }

  get #digest(): string {
    return `digest ${this.#content}`;
  }

  #show({ who: index, what, mine }: Happening & { readonly do: "shown" }): void {
    const peer = mine ? ME : OTHERS[index]!;
    const digest = what === "same" ? this.#digest : what === "other" ? "another digest" : undefined;
    this.#know([...this.#replicas.filter((one) => one.peer !== peer), { peer, digest }]);
  }

  #know(replicas: readonly ReplicaDigest[]): void {
    this.#replicas = replicas;
    this.#step({ type: "replicas-known", replicas });
  }

  #report(status: { state: "connected"; held: boolean } | { state: "offline"; reason: string }): void {
    this.#step({ type: "source-reported", source: { id: 1, kind: "hub", status } });
  }

  #pass(time: number): void {
    const end = this.#now + time;
    for (;;) {
      const next = Math.min(this.#quietAt ?? Infinity, this.#wakeAt ?? Infinity);
      if (next > end) break;
      this.#now = Math.max(this.#now, next);
      if (next === this.#quietAt) {
        this.#quietAt = undefined;
        this.#step({ type: "quieted", digest: this.#digest });
      } else {
        this.#wakeAt = undefined;
        this.#step({ type: "woken" });
      }
    }
    this.#now = end;
    this.#judge();
  }

  #step(event: SyncEvent): void {
    const { state, effects } = stepSync(this.#state, event, ms(this.#now));
    this.#state = state;
    this.#noteTrouble();
    for (const effect of effects) {
      if (effect.type === "publish-digest") this.#published = effect.digest;
      if (effect.type === "await-quiet") this.#quietAt = this.#now + QUIET;
      if (effect.type === "wake") this.#wakeAt = effect.at;
      if (effect.type === "resync") this.#noteResync();
    }
    this.#judge();
  }

  /** Trouble as people would call it, from what happened and not from the state under test. */
  #noteTrouble(): void {
    const quiet = this.#quietAt === undefined && this.#state.digest !== undefined;
    const differs = this.#replicas.some(({ digest }) => digest !== undefined && digest !== this.#digest);
    const unconfirmed = this.#state.sources.some(({ status }) => status.state === "connected" && !status.held);
    const trouble = this.#pending || (quiet && (differs || unconfirmed));
    if (trouble) this.#troubleSince ??= this.#now;
    else this.#troubleSince = this.#resynced = undefined;
  }

  #noteResync(): void {
    expect(this.#troubleSince, "asked again without need").toBeDefined();
    if (this.#resynced !== undefined) {
      expect(this.#now - this.#resynced, "asked again too soon").toBeGreaterThanOrEqual(PENDING_PATIENCE);
    }
    this.#resynced = this.#now;
  }

  #judge(): void {
    const { seen, incomplete } = syncView(this.#state);
    const quiet = this.#state.digest === this.#digest;
    const others = this.#replicas.filter(({ peer }) => peer !== ME);
    const agreeing = quiet ? others.filter(({ digest }) => digest === this.#digest) : [];
    expect(seen).toEqual({ by: agreeing.length, of: others.length });
    expect(incomplete).toBe(this.#pending);
    expect([undefined, this.#digest]).toContain(this.#published);
    if (this.#troubleSince === undefined) return;
    const waited = this.#now - (this.#resynced ?? this.#troubleSince);
    expect(waited, "trouble lasts and nobody asks").toBeLessThanOrEqual(
      this.#resynced === undefined ? DIFFER_PATIENCE : RESYNC_MAX,
    );
  }
}

describe("what is said of a document", () => {
  it("counts only who shows its digest, and mends what lasts", async () => {
    await checkProperty(
      "sync step",
      400,
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const life = new Life();
        for (const one of happenings) life.live(one);
      }),
    );
  });
});
