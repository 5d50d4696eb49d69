// Work that a run wants done on other computers, and what comes of it.

/** Functions called on a part of the items. */
export interface ClusterTask {
  /** Sources of the functions: what is done with each item, then how two results become one. At least one. */
  readonly map: string | undefined;
  readonly reduce: string | undefined;
  /** Text of the items and the place of the first, in devalue's format. */
  readonly argument: string;
}

export type ClusterAnswer =
  /** Tasks that can be worked on at once; 0: no computer takes any. */
  | { readonly status: "width"; readonly width: number }
  /** `value`: in devalue's format. `printed`: what the functions printed. */
  | { readonly status: "done"; readonly value: string; readonly printed: string }
  /** A function failed, or the task cannot be done anywhere: trying again would not help. */
  | { readonly status: "failed"; readonly message: string; readonly printed: string }
  /** The computer that worked on it is gone; what it did of it is unknown. */
  | { readonly status: "lost"; readonly message: string };
