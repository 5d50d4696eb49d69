// How values that a cell defined leave a kernel as text, and how a program gives them to a kernel that did not make them.
// Text is in devalue's format. What comes out is read by `parseKeptValues`.

/** Hook of a program that shows values of a cell in this form; see `keepValues` in workers/kernel/kept. */
export const KEEP_HOOK = "__meshbook_keep";
/** Hook of a program that stands for a cell and has its values from text; see `keptGetters` there. */
export const KEPT_HOOK = "__meshbook_kept";
/** What a program in Python calls for the same; see workers/python/travel.py. */
export const PYTHON_KEEP = "__meshbook_keep";
/** True for the reason of a value that is itself a function or a class, as kernels of both languages give it. */
export const isFunctionReason = (reason: string, name: string): boolean =>
  ["a function", "it is a function"].some((what) =>
    reason.startsWith(`${name} cannot travel to another computer: ${what}`),
  );
/** Mime type under which kept values are shown. */
export const KEPT_MIME = "application/vnd.meshbook.kept+json";

/** One name that a program gives: a value, or what each of several computers has of it. */
export type KeptName = { readonly value: string } | { readonly parts: readonly KeptPart[] };

/** What one computer has of a name. `error`: why it has no value. */
export interface KeptPart {
  readonly peer: string;
  readonly name: string;
  readonly status: string;
  readonly durationMs: number;
  readonly value?: string;
  readonly error?: string;
}
