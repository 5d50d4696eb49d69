import decodeQR from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import { formatRoomLink } from "#shared/rooms/roomLink.ts";
import { qrPath } from "../../../../renderer/rooms/qrPath.ts";
import { reachOf } from "../../../../renderer/rooms/reachOf.ts";

/** Pixels for each module: a camera sees more than one. */
const SCALE = 4;

/** Paints the path as a browser would, and reads it as a camera would. */
function read({ size, path }: ReturnType<typeof qrPath>): string {
  const side = size * SCALE;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let row = Number(y) * SCALE; row < (Number(y) + 1) * SCALE; row++) {
      const from = (row * side + Number(x) * SCALE) * 4;
      for (let at = from; at < from + Number(length) * SCALE * 4; at++) if (at % 4 !== 3) data[at] = 0;
    }
  }
  return decodeQR({ width: side, height: side, data });
}

describe("a QR code of an invitation", () => {
  it("is read by a decoder as the very link", () => {
    for (const kind of ["notebook", "class"] as const) {
      for (const base of ["http://192.168.1.5:8720", "https://a-long-name.department.university.example:8720"]) {
        const link = formatRoomLink({ kind, base, id: RoomId.create(), secret: createRoomSecret() });
        expect(read(qrPath(link))).toBe(link);
      }
    }
  });

  it("has the quiet zone around it that readers need", () => {
    const { path, size } = qrPath("http://10.0.0.1/");
    const starts = [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)].map(([, x, y, length]) => [x, y, length].map(Number));
    for (const [x, y, length] of starts) {
      expect(Math.min(x!, y!)).toBeGreaterThanOrEqual(4);
      expect(Math.max(x! + length!, y! + 1)).toBeLessThanOrEqual(size - 4);
    }
  });
});

describe("the reach of a link", () => {
  it("tells loopback addresses from those that others can use", () => {
    const here = ["http://127.0.0.1:8720/#c=x", "http://localhost/", "http://[::1]:1/", "http://127.9.9.9/"];
    expect(here.map(reachOf)).toEqual(here.map(() => "this-computer"));
    const others = ["http://192.168.1.5:8720/", "https://localhost.example/", "http://[fe80::1]/"];
    expect(others.map(reachOf)).toEqual(others.map(() => "others"));
  });
});
