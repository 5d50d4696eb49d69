// A line that carries 10 KB a second, as the last row of a hall has it: what is large arrives all the same, over one connection.

import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { HubDocSource, hubUrl } from "#shared/adapters/hub/HubDocSource.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId } from "#shared/base/ids.ts";
import type { AttachedSource, SourceStatus } from "#shared/ports/DocSource.ts";
import { CuttableProxy } from "../../support/CuttableProxy.ts";
import { HubHost } from "../../support/HubHost.ts";
import { LONG } from "../../support/property.ts";
import { untilTrue } from "../../support/until.ts";

const BYTES_PER_SECOND = 10_000;
const WORDS = 100_000;
const PATIENCE = { timeout: 300_000 };

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Replica {
  readonly doc: Y.Doc;
  readonly status: () => SourceStatus | undefined;
}

function join(url: string, doc = new Y.Doc()): Replica {
  const awareness = new Awareness(doc);
  let status: SourceStatus | undefined;
  const source = new HubDocSource({ url, WebSocket, clock: systemClock, logger: silentLogger });
  const attached: AttachedSource = source.attach({ doc, awareness }, (said) => (status = said));
  ends.push(async () => {
    await attached.detach();
    awareness.destroy();
    doc.destroy();
  });
  return { doc, status: () => status };
}

/** About half a megabyte, of which each cell is one edit. */
function large(): Y.Doc {
  const doc = new Y.Doc();
  const text = doc.getText("t");
  for (let at = 0; at < WORDS; at += 50) text.insert(text.length, `${at} `.repeat(50));
  return doc;
}

const isHeld = ({ status }: Replica): boolean => {
  const said = status();
  return said?.state === "connected" && said.held;
};

describe.runIf(LONG)("a slow line", () => {
  it("brings a large document", PATIENCE, async () => {
    const { near, far, line } = await hosted();
    const writer = join(near, large());
    await untilTrue("the host has it", () => isHeld(writer), 60_000);
    line.slow(BYTES_PER_SECOND);
    const reader = join(far);
    const whole = writer.doc.getText("t").toJSON();
    await untilTrue("all has come", () => reader.doc.getText("t").toJSON() === whole, 240_000);
    expect(line.accepted).toBe(1);
  });

  it("takes a large document to the host", PATIENCE, async () => {
    const { far, line } = await hosted();
    line.slow(BYTES_PER_SECOND);
    const writer = join(far, large());
    await untilTrue("the host has it", () => isHeld(writer), 240_000);
    expect(line.accepted).toBe(1);
  });
});

async function hosted(): Promise<{ readonly near: string; readonly far: string; readonly line: CuttableProxy }> {
  const host = await HubHost.start();
  ends.push(() => host.close());
  const line = await CuttableProxy.start(host.port);
  ends.push(() => line.close());
  const room = RoomId.create();
  const [near, far] = [host.port, line.port].map((port) => hubUrl(`http://127.0.0.1:${port}`, room)) as [
    string,
    string,
  ];
  return { near, far, line };
}
