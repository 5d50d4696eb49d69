import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { CellId, ContentHash, PeerId } from "#shared/base/ids.ts";
import { mayHaveScripts } from "#shared/notebook/outputScripts.ts";
import type { RunRecord } from "#shared/notebook/runRecord.ts";
import { useServices } from "../../app/Services.tsx";
import { useRun } from "../../cell/useCell.ts";
import { useNotebook } from "../../notebook/services/NotebookContext.tsx";
import { ALLOWED_SCRIPTS, ScriptGrants, type ScriptSource } from "./ScriptGrants.ts";

export interface OutputScripts {
  readonly source: ScriptSource;
  readonly grants: ScriptGrants;
  readonly allowed: boolean;
}

export interface ScriptedOutput {
  readonly cellId: CellId;
  readonly html: string;
  /** Of the output in the document. */
  readonly hash?: ContentHash;
}

/** The scripts of an output, and whether they may run; undefined if it has none, or it is not known yet who made it. */
export function useScripts({ cellId, html, hash }: ScriptedOutput): OutputScripts | undefined {
  const { settings } = useServices().meshbook;
  const has = useMemo(() => mayHaveScripts(html), [html]);
  const source = useSource(cellId, has ? hash : undefined);
  const grants = useMemo(() => new ScriptGrants(settings), [settings]);
  // What is read is the same object until it changes.
  useSyncExternalStore(
    (listener) => settings.subscribe(ALLOWED_SCRIPTS, listener),
    () => settings.get(ALLOWED_SCRIPTS),
  );
  return source && { source, grants, allowed: grants.has(source) };
}

function useSource(cellId: CellId, hash: ContentHash | undefined): ScriptSource | undefined {
  const { session } = useNotebook();
  const record = useRun(cellId);
  const [read, setRead] = useState<{ readonly record: RunRecord; readonly author: PeerId | undefined }>();
  useEffect(() => {
    if (hash === undefined || record === undefined) return undefined;
    let isCurrent = true;
    void session.outputAuthor(cellId, record).then((author) => {
      if (isCurrent) setRead({ record, author });
    });
    return () => {
      isCurrent = false;
    };
  }, [session, cellId, hash, record]);
  return useMemo(() => {
    if (hash === undefined || record === undefined || read?.record !== record) return undefined;
    const isIn = record.outputs.some((one) => one.hash === hash);
    const { author } = read;
    if (author === undefined || !isIn) return { output: hash };
    return { room: session.room, author, name: record.byName };
  }, [session, hash, record, read]);
}
