import { createHash } from "node:crypto";
import { crc32, deflateRawSync } from "node:zlib";
import { ContentHash } from "#shared/base/ids.ts";

export interface MadeWheel {
  readonly file: string;
  readonly hash: ContentHash;
  readonly content: Uint8Array<ArrayBuffer>;
}

export interface WheelParts {
  readonly name: string;
  readonly version?: string;
  /** Path → source. */
  readonly files: Readonly<Record<string, string>>;
  /** Lines behind `Requires-Dist:`. */
  readonly needs?: readonly string[];
  /** Python, ABI and platform. */
  readonly tag?: string;
}

/** A wheel as any tool makes one. */
export function makeWheel({ name, version = "1.0", files, needs = [], tag = "py3-none-any" }: WheelParts): MadeWheel {
  const folder = `${name.replaceAll("-", "_")}-${version}`;
  const requires = needs.map((need) => `Requires-Dist: ${need}\n`).join("");
  const content = makeZip({
    ...files,
    [`${folder}.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${requires}\nRead me.`,
    [`${folder}.dist-info/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`,
    [`${folder}.dist-info/RECORD`]: "",
  });
  return { file: `${folder}-${tag}.whl`, content, hash: hashOf(content) };
}

export function hashOf(content: Uint8Array): ContentHash {
  const hash = ContentHash.parse(createHash("sha256").update(content).digest("hex"));
  if (hash === undefined) throw new Error("no hash");
  return hash;
}

/** A zip file with deflated entries. */
export function makeZip(files: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    const packed = deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), fields, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), fields, rest, Buffer.from(name)]));
    bodies.push(local);
    at += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...bodies, index, end]));
}
