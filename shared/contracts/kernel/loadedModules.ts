// Modules of npm packages on their way into a kernel. The page fetches them and makes functions' bodies of them; the kernel
// links and evaluates them. Nothing of them is ever executed by the page.

/**
 * One module, as the body of an async generator function of `MODULE_PARAMETERS`. Up to its first `yield` it says what it
 * exports; then it is evaluated.
 */
export interface ModuleCode {
  readonly url: string;
  readonly code: string;
  /** What it imports: by its own text for it, the address of the module. */
  readonly needs: Readonly<Record<string, string>>;
  /** Texts of what is evaluated before it, in order. Others are imported when it asks for them. */
  readonly first: readonly string[];
}

/**
 * The first gives, for a text, what the module it stands for exports. The second takes getters of what this one exports,
 * by name, and a list of modules all of whose names it exports, too. Then `import()` and `import.meta`.
 */
export const MODULE_PARAMETERS = [
  "__meshbook_require",
  "__meshbook_exports",
  "__meshbook_load",
  "__meshbook_meta",
] as const;

export type ModuleEntry =
  /** Address of the module in `files`, or in what was given before. */
  | { readonly url: string }
  /** Why it could not be loaded, for people. */
  | { readonly failure: string };

export interface LoadedModules {
  readonly files: readonly ModuleCode[];
  /** What cells import, by their text for it. */
  readonly entries: Readonly<Record<string, ModuleEntry>>;
}
