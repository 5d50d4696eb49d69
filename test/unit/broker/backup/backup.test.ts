import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { checkBackup } from "../../../../broker/backup/backupFile.ts";
import { makeBackup } from "../../../../broker/backup/makeBackup.ts";
import { restoreBackup, type Restored } from "../../../../broker/backup/restoreBackup.ts";
import { readHeader, writeHeader } from "../../../../broker/backup/tarFormat.ts";
import { openArchiveFolder } from "../../../support/archiveFolder.ts";

const room = RoomId.create();
const blob = Buffer.from("a picture");
const hash = createHash("sha256").update(blob).digest("hex");

let folder: string;
let data: string;
let out: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "meshbook-backup-"));
  data = join(folder, "data");
  out = join(folder, "class.backup");
  for (const name of ["blobs/.incoming", `blobs/${room}`, "agent", "notebooks"]) {
    await mkdir(join(data, name), { recursive: true });
  }
  await writeFile(join(data, "class.json"), "the class");
  await writeFile(join(data, "blobs", room, hash), blob);
  await writeFile(join(data, "blobs/.incoming/half"), "half");
  await writeFile(join(data, "agent/device-key.pem"), "key");
  await writeFile(join(data, "running.json"), "{}");
  const archive = await openArchiveFolder(join(data, "archive")).open();
  await archive.load(room);
  for (const value of [1, 2, 3]) await archive.append(room, Uint8Array.of(value));
  await archive.close();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function restore(root: string, force = false): Promise<Restored> {
  const file = await open(out, "r");
  try {
    return await restoreBackup({ file, root, force, stamp: "then" });
  } finally {
    await file.close();
  }
}

async function recordsIn(root: string): Promise<readonly number[][]> {
  const archive = await openArchiveFolder(join(root, "archive")).open();
  const rows = await archive.load(room);
  await archive.close();
  return rows.map(({ content }) => [...content]);
}

describe("a backup", () => {
  it("becomes the same class again, without what belongs to this computer alone", async () => {
    expect(await makeBackup(data, out)).toMatchObject({ records: 3, files: 2, whileRunning: false });
    const copy = join(folder, "deep/copy");
    expect(await restore(copy)).toEqual({ records: 3, files: 2, movedTo: undefined });
    expect((await readdir(copy)).sort()).toEqual(["archive", "blobs", "class.json"]);
    expect(await recordsIn(copy)).toEqual([[1], [2], [3]]);
    expect(await readFile(join(copy, "blobs", room, hash))).toEqual(blob);
    expect(await readFile(join(copy, "class.json"), "utf8")).toBe("the class");
  });

  it.skipIf(process.platform === "win32")("is for its owner alone, as is the class made of it", async () => {
    await makeBackup(data, out);
    await restore(join(folder, "copy"));
    const modes = await Promise.all(
      [out, join(folder, "copy/class.json")].map(async (path) => (await stat(path)).mode),
    );
    expect(modes.map((mode) => mode & 0o777)).toEqual([0o600, 0o600]);
    expect((await stat(join(folder, "copy"))).mode & 0o777).toBe(0o700);
  });

  it.skipIf(process.platform === "win32")("can be looked into with tar", async () => {
    await makeBackup(data, out);
    const { stdout } = await promisify(execFile)("tar", ["tf", out]);
    expect(stdout.trim().split("\n").sort()).toEqual(
      [
        ...[1, 2, 3].map((n) => `archive/doc/${room}/u/00000000000${n}`),
        `blobs/${room}/${hash}`,
        "checksum.sha256",
        "class.json",
        "meshbook-backup.json",
      ].sort(),
    );
  });

  it("leaves a damaged record out instead of being damaged itself", async () => {
    await openArchiveFolder(join(data, "archive")).raw((level) =>
      level.put(`doc/${room}/u/000000000002`, Uint8Array.of(0, 0)),
    );
    expect(await makeBackup(data, out)).toMatchObject({ records: 2 });
    await checkBackup(out);
  });

  it("is refused where no class is", async () => {
    await expect(makeBackup(join(folder, "nothing"), out)).rejects.toThrow("--data");
    expect(existsSync(out)).toBe(false);
  });
});

describe("restoring", () => {
  beforeEach(() => makeBackup(data, out));

  it("refuses a folder that is not empty, and moves it aside when told to", async () => {
    await writeFile(join(data, "class.json"), "newer");
    await expect(restore(data)).rejects.toThrow("--force");
    expect(await readFile(join(data, "class.json"), "utf8")).toBe("newer");
    expect(await restore(data, true)).toMatchObject({ movedTo: `${data}.before-restore-then` });
    expect(await readFile(join(data, "class.json"), "utf8")).toBe("the class");
    expect(await readFile(join(`${data}.before-restore-then`, "class.json"), "utf8")).toBe("newer");
  });

  it("takes an empty folder as it is", async () => {
    await mkdir(join(folder, "empty"));
    expect(await restore(join(folder, "empty"))).toMatchObject({ records: 3, movedTo: undefined });
  });

  it("refuses a folder that a host has open, also when forced", async () => {
    const archive = await openArchiveFolder(join(data, "archive")).open();
    await expect(restore(data, true)).rejects.toThrow("stop the class host");
    await archive.close();
    expect(await recordsIn(data)).toEqual([[1], [2], [3]]);
  });

  it("touches nothing when the backup is cut off or a bit of it has changed, wherever", async () => {
    const whole = await readFile(out);
    // Up to the last digit of the checksum: what follows is padding.
    const end = whole.length - 1024 - 512 + 64;
    const places = Array.from({ length: 40 }, (_, n) => Math.floor((end / 40) * n));
    for (const place of places) {
      const damaged = Buffer.from(whole);
      damaged[place]! ^= 1;
      await writeFile(out, damaged);
      await expect(restore(data, true), `bit at ${place}`).rejects.toThrow(/backup/);
    }
    for (const length of [0, 100, 512, 4096, whole.length - 2000]) {
      await writeFile(out, whole.subarray(0, length));
      await expect(restore(data, true), `cut at ${length}`).rejects.toThrow(/backup/);
    }
    expect((await readdir(folder)).sort()).toEqual(["class.backup", "data"]);
    expect(await recordsIn(data)).toEqual([[1], [2], [3]]);
  });

  it.each(["../evil", "/etc/evil", "a/../../evil", "blobs/../../evil", "C:\\evil", ".hidden", "a//b", "a/"])(
    "refuses a file named %s",
    async (name) => {
      await writeFile(
        out,
        tarOf([
          ["meshbook-backup.json", '{"format":1,"databases":["archive"]}'],
          [name, "x"],
        ]),
      );
      await expect(restore(join(folder, "copy"))).rejects.toThrow("a name that no class has");
      expect((await readdir(folder)).sort()).toEqual(["class.backup", "data"]);
    },
  );

  it("refuses a backup without a class, one of a newer form, and a file that is none", async () => {
    await writeFile(out, tarOf([["meshbook-backup.json", '{"format":1,"databases":[]}']]));
    await expect(restore(join(folder, "copy"))).rejects.toThrow("no class");
    await writeFile(out, tarOf([["meshbook-backup.json", '{"format":2,"databases":[]}']]));
    await expect(restore(join(folder, "copy"))).rejects.toThrow("newer");
    await writeFile(out, "x".repeat(5000));
    await expect(restore(join(folder, "copy"))).rejects.toThrow("no backup");
  });
});

/** A tar file with a right checksum at its end, whatever its entries. */
function tarOf(entries: readonly (readonly [string, string])[]): Buffer {
  const entry = (name: string, content: string): Buffer =>
    Buffer.concat([
      writeHeader({ name, size: content.length }, 0),
      Buffer.from(content),
      Buffer.alloc((512 - (content.length % 512)) % 512),
    ]);
  const body = Buffer.concat(entries.map(([name, content]) => entry(name, content)));
  const sum = createHash("sha256").update(body).digest("hex");
  return Buffer.concat([body, entry("checksum.sha256", `${sum}\n`), Buffer.alloc(1024)]);
}

describe("an entry's header", () => {
  it.each(["a", `blobs/${room}/${hash}`, `${"long/".repeat(30)}name`])("gives back %s", (name) => {
    expect(readHeader(writeHeader({ name, size: 12_345 }, 0))).toEqual({ name, size: 12_345 });
  });

  it("refuses a name that fits nowhere", () => {
    expect(() => writeHeader({ name: "x".repeat(101), size: 1 }, 0)).toThrow("too long");
  });
});
