// What the storage specs drive inside a page.

import { IndexeddbPersistence } from "y-indexeddb";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import type { RoomId } from "#shared/base/ids.ts";
import type { AttachedSource, SourceStatus } from "#shared/ports/DocSource.ts";
import { roomDatabaseName } from "../../../renderer/adapters/indexeddb/document/roomDatabase.ts";
import { IndexedDbDocSource } from "../../../renderer/adapters/indexeddb/document/IndexedDbDocSource.ts";
import { docSourceCases } from "../../contract/docSource.ts";
import { indexedDbHarness } from "../../contract/indexedDbHarness.ts";

const cases = docSourceCases(indexedDbHarness());

class StorageLab {
  doc = new Y.Doc();
  readonly statuses: SourceStatus[] = [];
  #source: AttachedSource | undefined;
  #notify: () => void = () => undefined;

  open(room: string): Promise<void> {
    // reason: the spec made the id.
    const source = new IndexedDbDocSource(room as RoomId);
    this.#source = source.attach({ doc: this.doc, awareness: new Awareness(this.doc) }, (status) => {
      this.statuses.push(status);
      this.#notify();
    });
    return this.#source.ready;
  }

  type(text: string): void {
    const shared = this.doc.getText("text");
    shared.insert(shared.length, text);
  }

  text(): string {
    return this.doc.getText("text").toJSON();
  }

  status(): SourceStatus | undefined {
    return this.statuses.at(-1);
  }

  async until(state: SourceStatus["state"] | "held"): Promise<SourceStatus> {
    for (;;) {
      const status = this.status();
      if (status && (state === "held" ? status.state === "connected" && status.held : status.state === state)) {
        return status;
      }
      await new Promise<void>((resolve) => (this.#notify = resolve));
    }
  }

  async flush(): Promise<void> {
    await this.#source?.flush();
  }

  async close(): Promise<void> {
    await this.#source?.detach();
  }

  /** Types one character per turn and tells, each time storage says so, how many are held. Never ends by itself. */
  async typeForEver(told: (held: number) => void): Promise<void> {
    for (;;) {
      this.type("x");
      await new Promise<void>((resolve) => setTimeout(resolve, 1));
      const status = this.status();
      if (status?.state === "connected" && status.held) told(this.doc.getText("text").length);
    }
  }

  async readWithStock(room: string): Promise<string> {
    const doc = new Y.Doc();
    const stock = new IndexeddbPersistence(roomDatabaseName(room as RoomId), doc);
    await stock.whenSynced;
    await stock.destroy();
    return doc.getText("text").toJSON();
  }

  async writeWithStock(room: string, text: string): Promise<void> {
    const doc = new Y.Doc();
    const stock = new IndexeddbPersistence(roomDatabaseName(room as RoomId), doc);
    await stock.whenSynced;
    doc.getText("text").insert(0, text);
    await stock.destroy();
  }

  deleteDatabase(room: string): Promise<"deleted" | "blocked"> {
    return new Promise((resolve) => {
      const request = indexedDB.deleteDatabase(roomDatabaseName(room as RoomId));
      request.onsuccess = () => resolve("deleted");
      request.onblocked = () => resolve("blocked");
    });
  }

  caseNames(): readonly string[] {
    return cases.map(({ name }) => name);
  }

  async runCase(name: string): Promise<string> {
    const found = cases.find((candidate) => candidate.name === name);
    if (!found) return "no such case";
    try {
      await found.run();
      return "passed";
    } catch (error) {
      return String(error);
    }
  }
}

declare global {
  var lab: StorageLab;
}
globalThis.lab = new StorageLab();
