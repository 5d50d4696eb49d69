import { err, ok, type Result } from "../../base/result.ts";
import type { CellSyntaxError, CompiledCell } from "../CompiledCell.ts";
import { CellWalk } from "../javascript/CellWalk.ts";
import { prologue } from "../javascript/compileCell.ts";
import { TEMPLATE_HOOK } from "../javascript/insertions.ts";
import { NO_IMPORT } from "../javascript/imports.ts";
import { refusal } from "../javascript/parseCell.ts";
import { NameUses } from "../javascript/NameUses.ts";
import type { TemplateLanguage } from "../sourceLanguage.ts";
import { readTemplate } from "./readTemplate.ts";
import { templateCode } from "./templateCode.ts";

/**
 * Compiles a cell of text: to a cell in JavaScript that shows the text with its values. What it reads are the names in
 * its values; an assignment in a value defines a name, as in any cell.
 */
export function compileTemplate(language: TemplateLanguage, source: string): Result<CompiledCell, CellSyntaxError> {
  const values = readTemplate(source);
  if (!values.ok) return values;
  const uses = new NameUses();
  const walk = new CellWalk(uses);
  walk.walk(
    values.value.map(({ expression }) => expression),
    [],
  );
  const [imported] = walk.imports.keys();
  const refused = walk.refused ?? (imported === undefined ? undefined : { at: imported, message: NO_IMPORT });
  if (refused) return err(refusal(source, refused.at, refused.message));
  const defines = uses.defines();
  const before = `${prologue(defines, uses.undeclared())}return(${TEMPLATE_HOOK}("${language}")`;
  return ok({
    language: "javascript",
    code: templateCode(source, values.value, { before, after: ")" }),
    defines,
    inputs: uses.references(),
    globals: uses.globals(),
    fallbacks: [],
  });
}
