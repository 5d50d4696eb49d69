import { Table, tableFromIPC, tableToIPC } from "@uwdata/flechette";

/**
 * The same file of Arrow with a name of its own for each column, as DuckDB names those of tables: `id`, `id_1`. A join has
 * two columns of one name often, and rows as objects would keep one of them.
 */
export function withDistinctNames(file: Uint8Array): Uint8Array {
  const { schema, children, names } = tableFromIPC(file, { useBigInt: true });
  // DuckDB tells names apart without their case.
  const taken = new Set<string>();
  const distinct = names.map((name) => {
    const given = freeName(name, names, taken);
    taken.add(given.toLowerCase());
    return given;
  });
  if (distinct.every((name, at) => name === names[at])) return file;
  const fields = schema.fields.map((field, at) => ({ ...field, name: distinct[at] ?? field.name }));
  const renamed = new Table({ ...schema, fields }, children);
  return tableToIPC(renamed, { format: "file" }) ?? file;
}

function freeName(name: string, names: readonly string[], taken: ReadonlySet<string>): string {
  if (!taken.has(name.toLowerCase())) return name;
  for (let number = 1; ; number++) {
    const other = `${name}_${number}`;
    if (!taken.has(other.toLowerCase()) && !names.includes(other)) return other;
  }
}
