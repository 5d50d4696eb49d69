import type * as Y from "yjs";
import { packagePin } from "../../notebook/packagePins.ts";
import { wheelPin } from "../../notebook/wheelPins.ts";
import type { CellProgram } from "../../ports/Kernel.ts";

/** With what the notebook has pinned of what it imports: an agent, which has no notebook, loads the same. */
export function withPins(doc: Y.Doc, program: CellProgram): CellProgram {
  const { imports, language } = program;
  if (imports === undefined) return program;
  const wheels = language === "python" ? pinned(imports, (name) => wheelPin(doc, name)) : {};
  const modules = language === "javascript" ? pinned(imports, (text) => packagePin(doc, text)) : {};
  if (Object.keys({ ...wheels, ...modules }).length === 0) return program;
  return { ...program, pins: language === "python" ? { wheels } : { modules } };
}

function pinned<Pin>(texts: readonly string[], get: (text: string) => Pin | undefined): Readonly<Record<string, Pin>> {
  return Object.fromEntries(
    texts.flatMap((text): readonly [string, Pin][] => {
      const pin = get(text);
      return pin === undefined ? [] : [[text, pin]];
    }),
  );
}
