// The smallest Parquet file: one row group, columns of whole numbers or texts, nothing compressed.

/** A field of Thrift's compact protocol: number, type, content. */
type Field = readonly [number: number, type: number, content: readonly number[]];

const [I32, I64, BINARY, LIST, STRUCT] = [5, 6, 8, 9, 12] as const;
const [INT32, BYTE_ARRAY] = [1, 6] as const;

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
const int = (value: number): readonly number[] => varint(value * 2);
const bytesOf = (text: string): readonly number[] => [...new TextEncoder().encode(text)];
const binary = (text: string): readonly number[] => [...varint(bytesOf(text).length), ...bytesOf(text)];
const list = (type: number, items: readonly (readonly number[])[]): readonly number[] => [
  items.length * 16 + type,
  ...items.flat(),
];
const fixed = (value: number): readonly number[] => [...new Uint8Array(Uint32Array.of(value).buffer)];

function struct(fields: readonly Field[]): readonly number[] {
  let last = 0;
  const written = fields.flatMap(([number, type, content]) => {
    const head = (number - last) * 16 + type;
    last = number;
    return [head, ...content];
  });
  return [...written, 0];
}

/** Bytes of a file with these columns. */
export function parquetFile(columns: Readonly<Record<string, readonly (number | string)[]>>): readonly number[] {
  const file = [...bytesOf("PAR1")];
  const chunks: (readonly number[])[] = [];
  const names = Object.keys(columns);
  const rows = columns[names[0]!]!.length;
  for (const [name, values] of Object.entries(columns)) {
    const type = typeof values[0] === "number" ? INT32 : BYTE_ARRAY;
    const data = values.flatMap((value) =>
      typeof value === "number" ? fixed(value) : [...fixed(bytesOf(value).length), ...bytesOf(value)],
    );
    const plain: readonly Field[] = [
      [1, I32, int(rows)],
      [2, I32, int(0)],
      [3, I32, int(3)],
      [4, I32, int(3)],
    ];
    const header = struct([
      [1, I32, int(0)],
      [2, I32, int(data.length)],
      [3, I32, int(data.length)],
      [5, STRUCT, struct(plain)],
    ]);
    const at = file.length;
    file.push(...header, ...data);
    const size = int(file.length - at);
    const meta = struct([
      [1, I32, int(type)],
      [2, LIST, list(I32, [int(0)])],
      [3, LIST, list(BINARY, [binary(name)])],
      [4, I32, int(0)],
      [5, I64, int(rows)],
      [6, I64, size],
      [7, I64, size],
      [9, I64, int(at)],
    ]);
    chunks.push(
      struct([
        [2, I64, int(at)],
        [3, STRUCT, meta],
      ]),
    );
  }
  const root = struct([
    [4, BINARY, binary("schema")],
    [5, I32, int(names.length)],
  ]);
  const elements = names.map((name) =>
    typeof columns[name]![0] === "number"
      ? struct([
          [1, I32, int(INT32)],
          [3, I32, int(0)],
          [4, BINARY, binary(name)],
        ])
      : struct([
          [1, I32, int(BYTE_ARRAY)],
          [3, I32, int(0)],
          [4, BINARY, binary(name)],
          [6, I32, int(0)],
        ]),
  );
  const group = struct([
    [1, LIST, list(STRUCT, chunks)],
    [2, I64, int(file.length)],
    [3, I64, int(rows)],
  ]);
  const footer = struct([
    [1, I32, int(1)],
    [2, LIST, list(STRUCT, [root, ...elements])],
    [3, I64, int(rows)],
    [4, LIST, list(STRUCT, [group])],
  ]);
  return [...file, ...footer, ...fixed(footer.length), ...bytesOf("PAR1")];
}
