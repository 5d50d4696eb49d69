import { Suspense, useRef, type MouseEvent, type ReactElement } from "react";
import type * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import { useNotebook, useNotebookUi } from "../../notebook/services/NotebookContext.tsx";
import { activate } from "../../state/notebookUi.ts";
import { useReadable } from "../../state/useReadable.ts";
import { useYValue } from "../../state/useYValue.ts";
import { EditorWhenLoaded } from "./turns/EditorWhenLoaded.tsx";
import { StaticSource } from "./StaticSource.tsx";
import { useEditorTurn } from "./turns/useEditorTurn.ts";
import { useNear } from "./turns/useNear.ts";

export interface SourceViewProps {
  readonly cellId: CellId;
  readonly text: Y.Text;
  readonly language: string;
}

/**
 * The source of a cell: an editor near the screen, or where the pointer or the keyboard is; elsewhere, and until its turn
 * comes, a picture of the same size.
 */
export function SourceView({ cellId, text, language }: SourceViewProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const near = useNear(box);
  const editing = useNotebookUi((state) => state.active === cellId && state.mode === "edit");
  const [turn, takeTurn] = useEditorTurn(near);
  const picture = <SourcePicture cellId={cellId} text={text} language={near ? language : ""} />;
  return (
    // The pointer is about to press here; the keyboard comes by `editing`.
    <div ref={box} className="source" onPointerEnter={takeTurn}>
      {turn || editing ? (
        <Suspense fallback={picture}>
          <EditorWhenLoaded cellId={cellId} text={text} language={language} />
        </Suspense>
      ) : (
        picture
      )}
    </div>
  );
}

const readText = (text: Y.Text): string => text.toString();

function SourcePicture({ cellId, text, language }: SourceViewProps): ReactElement {
  const { ui, languages } = useNotebook();
  const source = useYValue(text, readText);
  const support = useReadable(languages.support(language));
  const press = (event: MouseEvent): void => {
    // The browser would give the focus to the cell after the editor, which is there at once, has taken it.
    event.preventDefault();
    activate(ui, cellId, "edit");
  };
  return (
    // The keyboard reaches the text by Enter on the cell; this is the pointer's way.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div onMouseDown={press}>
      <StaticSource source={source} support={support} />
    </div>
  );
}
