import type { PeerId } from "../../base/ids.ts";
import type { Readable } from "../../base/value.ts";
import type { CellLanguage } from "../../ports/Kernel.ts";
import type { ClassPerson } from "./classPeople.ts";
import type { Power } from "./power.ts";

/** What this computer gives, and to whom. */
export interface LendingTerms {
  /** Cells of others at once; from 1 to `Lending.mostSlots`. */
  readonly slots: number;
  readonly languages: readonly CellLanguage[];
  /** Undefined: everybody in the class. */
  readonly allow: readonly PeerId[] | undefined;
  /** Percent of the battery; on battery below it, lending pauses. Undefined: it goes on. */
  readonly pauseBelow: number | undefined;
}

export type LendingView =
  /** `problem`: why it is off, if nobody wanted that; else empty. */
  | { readonly state: "off"; readonly problem: string }
  /** On battery below `terms.pauseBelow`. It goes on by itself when the computer is plugged in. `level`: percent now. */
  | { readonly state: "paused"; readonly terms: LendingTerms; readonly level: number }
  | {
      /** `stopping`: takes nothing more; what runs may end. */
      readonly state: "starting" | "on" | "stopping";
      readonly terms: LendingTerms;
      /** Cells of others that run now. */
      readonly running: number;
      readonly ended: number;
    };

export interface Lender {
  readonly view: Readable<LendingView>;
  readonly mostSlots: number;
  readonly languages: readonly CellLanguage[];
  /** What this computer runs on; undefined where that is not known: then nothing pauses. */
  readonly power: Readable<Power | undefined>;
  /** Who is in the class now, to choose from. */
  people(): readonly ClassPerson[];
  /** Does nothing where it is on already, or outside a class. */
  start(terms: LendingTerms): Promise<void>;
  /** Takes nothing more, gives back what has not started, lets what runs end for a few seconds. A second time: at once. */
  stop(): Promise<void>;
}
