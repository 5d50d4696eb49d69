import { bytes } from "#shared/base/units.ts";
import { ContentHash } from "#shared/base/ids.ts";
import { putNotebookWheel } from "#shared/notebook/notebookWheels.ts";
import type { FakeMeshbook } from "../fake/FakeMeshbook.ts";
import type { FakeNotebookSession } from "../fake/FakeNotebookSession.ts";

const SOURCES: Readonly<Record<string, string>> = {
  javascript: "const people = [{ city: 'Quito', age: 41 }]; // who answered\nconst total = people.length * 2.5;",
  typescript: "interface City { readonly name: string; people?: number }\nconst cities: readonly City[] = [];",
  python:
    "from collections import Counter\n\ndef count(words: list[str]) -> Counter:\n    return Counter(w.lower() for w in words)",
  sql:
    '-- name: oldest\nSELECT city, max(age) AS age, count(*)::HUGEINT\nFROM people JOIN "my cities" USING (city)\n' +
    "WHERE age > ${limit} AND city <> 'Lima'\nGROUP BY ALL QUALIFY row_number() OVER (ORDER BY age DESC) <= 3",
  html:
    '<!-- who answered -->\n<p class="note" title="from ${total}">Caf&eacute; <b>${total}</b></p>\n' +
    "<style>\n  .note { color: #345; margin: 4px }\n</style>\n<script>\n  const shown = true;\n</script>",
};

/** A cell in each language that has colours, and two packages that somebody added. */
export function everyLanguage(meshbook: FakeMeshbook): FakeNotebookSession {
  const cells = Object.entries(SOURCES).map(([language, source]) => ({ kind: "code", language, source }) as const);
  const session = meshbook.addNotebook({ title: "Every language", language: "javascript", cells });
  const hash = ContentHash.parse("ab".repeat(32));
  for (const name of ["shapes", "text_tools_for_the_course"]) {
    if (hash === undefined) break;
    const wheel = { file: `${name}-1.2.0-py3-none-any.whl`, hash, size: bytes(48_000), imports: [name], needs: [] };
    putNotebookWheel(session.doc, wheel, new Map());
  }
  return session;
}
