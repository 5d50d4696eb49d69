// Files that an agent's slot reads when a cell first needs them: the same as those of the page, under plain names.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { plotFiles } from "../plot/buildPlot.mjs";
import { sqlFiles } from "../sql/buildSql.mjs";

/**
 * @param {string} folder where they are written
 */
export async function buildSlotFiles(folder) {
  await mkdir(folder, { recursive: true });
  const files = (await Promise.all([sqlFiles(), plotFiles()])).flat();
  await Promise.all(files.map(([, name, content]) => writeFile(join(folder, name), content)));
}
