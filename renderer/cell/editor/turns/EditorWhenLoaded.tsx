import { useState, type ComponentType, type ReactElement } from "react";
import { lazyPart } from "../../../ui/parts/lazyPart.ts";
import type { CodeEditorProps } from "../CodeEditor.tsx";

let loaded: ComponentType<CodeEditorProps> | undefined;

/** Loads the editors ahead of the first that is wanted. */
export async function loadEditors(): Promise<ComponentType<CodeEditorProps>> {
  const { CodeEditor } = await import("../CodeEditor.tsx");
  loaded = CodeEditor;
  return CodeEditor;
}

const Later = lazyPart(loadEditors);

/**
 * An editor; suspends until editors are loaded. One that is loaded is there at once: what suspends, however shortly, comes
 * back after everything else that React has to do, and somebody waits to type.
 */
export function EditorWhenLoaded(props: CodeEditorProps): ReactElement {
  const [Editor] = useState(() => loaded ?? Later);
  return <Editor {...props} />;
}
