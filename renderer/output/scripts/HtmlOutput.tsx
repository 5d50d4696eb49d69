// Loaded when the first HTML output is shown.

import type { ReactElement } from "react";
import type { FrameContent } from "../frame/frameDocument.ts";
import { HtmlFrame } from "../frame/HtmlFrame.tsx";
import { ScriptFrame } from "./ScriptFrame.tsx";
import { ScriptNotice } from "./ScriptNotice.tsx";
import { useScripts, type ScriptedOutput } from "./useScripts.ts";

/** HTML of a cell: without its scripts, until the reader lets those of its author run. */
export function HtmlOutput({ kind, ...output }: ScriptedOutput & Pick<FrameContent, "kind">): ReactElement {
  const scripts = useScripts(output);
  return (
    <>
      {scripts?.allowed === true ? <ScriptFrame html={output.html} /> : <HtmlFrame html={output.html} kind={kind} />}
      {scripts && <ScriptNotice {...scripts} />}
    </>
  );
}
