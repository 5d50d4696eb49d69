// Loaded when somebody first goes into a text.

import { EditorState, type Extension } from "@codemirror/state";
import type * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import type { Milliseconds } from "#shared/base/units.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import type { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { namingLanguage } from "#shared/dataflow/names/namePlaces.ts";
import { sourceLanguage } from "#shared/dataflow/sourceLanguage.ts";
import type { NotebookValues } from "#shared/session/inspection/NotebookValues.ts";
import { assistTheme } from "./assistTheme.ts";
import { completeTables } from "./completeTables.ts";
import { completeNames } from "./completeNames.ts";
import { hoverFacts } from "./hoverFacts.ts";
import { marksExtension } from "./marksExtension.ts";
import { NotebookNames } from "./NotebookNames.ts";
import { signatureHelp } from "./signature/signatureHelp.ts";
import { ValueLooker } from "./ValueLooker.ts";

export interface AssistTools {
  readonly doc: Y.Doc;
  readonly values: NotebookValues;
  /** Calls back once, later. */
  readonly after: (delay: Milliseconds, callback: () => void) => Dispose;
  /** Resolves after a moment in which others had their turn. */
  readonly pause: () => Promise<void>;
}

/** Completion, documentation, signatures and marks in the editors of one notebook. */
export class Assist {
  readonly names: NotebookNames;
  readonly #values: NotebookValues;

  /** `reader`: the document's, which has parsed its cells. */
  constructor({ doc, values, after }: AssistTools, reader: FlowReader) {
    this.names = new NotebookNames(doc, reader, after);
    this.#values = values;
  }

  /** Nothing for languages of which nothing is known. */
  extension(cell: CellId, language: string): Extension {
    if (sourceLanguage(language) === "sql") return this.#tables(cell);
    if (namingLanguage({ kind: "code", language }) === undefined) return [];
    const looker = new ValueLooker({ cell, names: this.names, values: this.#values });
    const sources = [{ autocomplete: completeNames(looker) }];
    return [
      EditorState.languageData.of(() => sources),
      hoverFacts(looker),
      signatureHelp(looker),
      marksExtension(cell, this.names),
      assistTheme,
    ];
  }

  /** A query reads variables of other cells as tables. */
  #tables(cell: CellId): Extension {
    const looker = new ValueLooker({ cell, names: this.names, values: this.#values });
    const sources = [{ autocomplete: completeTables(looker) }];
    return [EditorState.languageData.of(() => sources), assistTheme];
  }

  dispose(): void {
    this.names.dispose();
  }
}
