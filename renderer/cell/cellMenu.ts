import {
  Bookmark,
  BookmarkX,
  Code,
  Combine,
  Copy,
  Eraser,
  FoldVertical,
  History,
  Languages as LanguagesIcon,
  MemoryStick,
  Play,
  Scissors,
  Text,
  Timer,
  Trash2,
} from "lucide-react";
import type { CellId } from "#shared/base/ids.ts";
import { readCell, type CellKind } from "#shared/notebook/cell.ts";
import { SOURCE_LANGUAGES } from "#shared/dataflow/sourceLanguage.ts";
import { isMemo } from "#shared/notebook/kept/memoMark.ts";
import { notebookMemoryLimit, ownMemoryLimit, setOwnMemoryLimit } from "#shared/notebook/memoryLimit.ts";
import { notebookTimeLimit, ownTimeLimit, setOwnTimeLimit } from "#shared/notebook/runOptions.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { CommandContext } from "../commands/Command.ts";
import { MEMORY_LIMITS, memoryInWords } from "../running/memoryLimits.ts";
import { limitInWords, TIME_LIMITS } from "../running/timeLimits.ts";
import { commands, runCommand, type CommandId } from "../commands/commands.ts";
import { keysOf } from "../commands/keys/keymap.ts";
import { chooseLanguage } from "../commands/programLanguage.ts";
import { runOnEntries } from "../jobs/runOnEntries.ts";
import { languageName } from "../jobs/runnable.ts";
import type { NotebookServices } from "../notebook/services/notebookServices.ts";
import type { MenuAction, MenuEntry } from "../ui/menu/menuEntry.ts";

type Context = CommandContext & { readonly notebook: NotebookServices };

/** What the menu of a cell offers. The cell is the active one. */
export function cellMenu(context: Context, cell: CellId, kind: CellKind): readonly MenuEntry[] {
  const entry = (id: CommandId, icon: MenuAction["icon"], label = commands[id].title): MenuAction => ({
    id,
    label,
    ...(icon === undefined ? {} : { icon }),
    keys: keysOf(id),
    run: () => runCommand(id, context),
    disabled: !commands[id].when(context),
    danger: id === "cell.delete",
  });
  const code: readonly MenuEntry[] = [
    { id: "run-on", label: "Run on", icon: Play, entries: runOnEntries(context, cell) },
    { id: "language", label: "Language", icon: LanguagesIcon, entries: languageEntries(context.notebook, cell) },
    { id: "time-limit", label: "Time limit", icon: Timer, entries: limitEntries(context, cell) },
    { id: "memory-limit", label: "Memory limit", icon: MemoryStick, entries: memoryEntries(context, cell) },
    isMemo(context.notebook.session.doc, cell)
      ? entry("cell.toggleMemo", BookmarkX, "Stop keeping its result")
      : entry("cell.toggleMemo", Bookmark, "Keep its result"),
    entry("cell.toggleSource", FoldVertical, "Fold or unfold source"),
    entry("cell.toggleOutput", FoldVertical, "Fold or unfold output"),
    entry("cell.clearOutput", Eraser, "Clear output"),
    "line",
  ];
  return [
    ...(kind === "code" ? code : []),
    kind === "code" ? entry("cell.toMarkdown", Text, "Convert to text") : entry("cell.toCode", Code, "Convert to code"),
    entry("cell.merge", Combine, "Merge with cell below"),
    "line",
    entry("cell.history", History, "History of this cell"),
    "line",
    entry("cell.copySource", Copy, "Copy source"),
    entry("cell.cut", Scissors, "Cut cell"),
    entry("cell.copy", Copy, "Copy cell"),
    entry("cell.delete", Trash2, "Delete cell"),
  ];
}

/** The languages that a cell of code can have. */
export function languageEntries(notebook: NotebookServices, cell: CellId): readonly MenuEntry[] {
  const now = readCell(notebookRoots(notebook.session.doc).cells, cell)?.language;
  return SOURCE_LANGUAGES.map((language) => ({
    id: `language-${language}`,
    label: languageName(language),
    disabled: language === now,
    run: () => chooseLanguage(notebook, cell, language),
  }));
}

function limitEntries({ notebook }: Context, cell: CellId): readonly MenuEntry[] {
  const { doc } = notebook.session;
  const now = ownTimeLimit(doc, cell);
  return (["unsaid", ...TIME_LIMITS] as const).map((limit) => ({
    id: `limit-${limit ?? "none"}`,
    label: limit === "unsaid" ? "As the notebook" : limitInWords(limit),
    ...(limit === "unsaid" ? { detail: limitInWords(notebookTimeLimit(doc)) } : {}),
    disabled: limit === now,
    run: () => setOwnTimeLimit(doc, cell, limit),
  }));
}

function memoryEntries({ notebook }: Context, cell: CellId): readonly MenuEntry[] {
  const { doc } = notebook.session;
  const now = ownMemoryLimit(doc, cell);
  return (["unsaid", ...MEMORY_LIMITS] as const).map((limit) => ({
    id: `memory-${limit}`,
    label: limit === "unsaid" ? "As the notebook" : memoryInWords(limit),
    ...(limit === "unsaid" ? { detail: memoryInWords(notebookMemoryLimit(doc)) } : {}),
    disabled: limit === now,
    run: () => setOwnMemoryLimit(doc, cell, limit),
  }));
}
