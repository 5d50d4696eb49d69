import { useEffect, useRef, useState } from "react";
import { messageOf } from "#shared/base/errors.ts";
import type { JsonValue } from "#shared/base/parse.ts";
import type { TableMime } from "#shared/notebook/output.ts";
import type { TableView } from "./table.ts";
import { openTables, type RemoteTable } from "./tableWorkers.ts";
import type { TableFacts } from "./tableWorker.ts";

export interface TablePage {
  readonly view: TableView;
  readonly from: number;
  readonly count: number;
}

export type TableState =
  | { readonly state: "reading" }
  | { readonly state: "failed"; readonly reason: string }
  | {
      readonly state: "ready";
      readonly facts: TableFacts;
      /** Rows of the view that is shown. */
      readonly found: number;
      /** Place of the first row in it. */
      readonly from: number;
      readonly cells: readonly (readonly string[])[];
    };

/** A table in a worker of its own, and the page of it that is to be shown. What was shown stays until the next is there. */
export function useTable(mime: TableMime, body: JsonValue, { view, from, count }: TablePage): TableState {
  const [state, setState] = useState<TableState>({ state: "reading" });
  const [opened, setOpened] = useState<{ readonly remote: RemoteTable; readonly facts: TableFacts }>();
  /** What a worker was last asked for; another worker, of another table, has not been asked for anything. */
  const showing = useRef<{ readonly remote: RemoteTable; readonly view: TableView }>(undefined);

  useEffect(() => {
    let left = false;
    const table = openTables.take(mime, body);
    const { remote, facts } = table;
    facts.then(
      (known) => left || setOpened({ remote, facts: known }),
      (error: unknown) => left || setState({ state: "failed", reason: messageOf(error) }),
    );
    return () => {
      left = true;
      setOpened(undefined);
      openTables.leave(table);
    };
  }, [mime, body]);

  useEffect(() => {
    if (opened === undefined) return;
    const left = new AbortController();
    const { remote, facts } = opened;
    const isNew = showing.current?.remote !== remote || showing.current.view !== view;
    readPage(remote, isNew ? view : undefined, { from, count }).then(
      ({ found, cells }) => {
        if (left.signal.aborted) return;
        if (found !== undefined) showing.current = { remote, view };
        setState((before) => {
          const known = before.state === "ready" ? before.found : 0;
          return { state: "ready", facts, found: found ?? known, from, cells };
        });
      },
      (error: unknown) => {
        if (!left.signal.aborted) setState({ state: "failed", reason: messageOf(error) });
      },
    );
    return () => left.abort();
  }, [opened, view, from, count]);

  return state;
}

interface ReadPage {
  /** Undefined if the view is the one before, or was overtaken by another. */
  readonly found: number | undefined;
  readonly cells: readonly (readonly string[])[];
}

async function readPage(
  remote: RemoteTable,
  view: TableView | undefined,
  { from, count }: Omit<TablePage, "view">,
): Promise<ReadPage> {
  const found = view === undefined ? undefined : await remote.show(view);
  return { found, cells: await remote.page(from, count) };
}
