// Work that a run wants done on other computers, and what comes of it.

/** What a run asks of whoever shows it. */
export type ClusterRequest =
  /** How many tasks can be worked on at once? */
  { readonly kind: "width" } | ClusterTask | ClusterShare;

/** Functions called on a part of the items. */
export interface ClusterTask {
  readonly kind: "task";
  readonly language: "javascript" | "python";
  /** Sources of the functions: what is done with each item, then how two results become one. At least one. */
  readonly map: string | undefined;
  readonly reduce: string | undefined;
  /** Definitions of the cell itself that the functions read. */
  readonly scope: ClusterScope;
  /** Text of the items and the place of the first, in the format of the language. */
  readonly argument: string;
}

export interface ClusterScope {
  /** The names that `code` defines. */
  readonly names: readonly string[];
  readonly code: string;
  /** Shared values (`ClusterShare.id`) that it needs. */
  readonly shares: readonly string[];
}

/** A value that tasks of this run may read, sent once to each kernel that works on one. */
export interface ClusterShare {
  readonly kind: "share";
  readonly language: ClusterTask["language"];
  readonly id: string;
  readonly text: string;
}

export type ClusterAnswer =
  /** Tasks that can be worked on at once; 0: no computer takes any. */
  | { readonly status: "width"; readonly width: number }
  /** A value is kept for tasks to come. */
  | { readonly status: "kept" }
  /** `value`: in the format of the language. `printed`: what the functions printed. `on`: where, to stand behind an error. */
  | { readonly status: "done"; readonly value: string; readonly printed: string; readonly on: string }
  /** A function failed, or the task cannot be done anywhere: trying again would not help. */
  | { readonly status: "failed"; readonly message: string; readonly printed: string }
  /** The computer that worked on it is gone; what it did of it is unknown. */
  | { readonly status: "lost"; readonly message: string };
