import { ChevronRight } from "lucide-react";
import { useState, type ReactElement } from "react";
import type { JsonValue } from "#shared/base/parse.ts";
import { jsonPreview, sizeInWords } from "./jsonPreview.ts";

/** Entries of one object or list shown at first. */
const ENTRY_LIMIT = 100;
/** Levels open at first. */
const OPEN_DEPTH = 1;

/** A JSON value as a tree whose branches open. */
export function JsonTree({ value }: { readonly value: JsonValue }): ReactElement {
  return (
    <div className="json">
      <Node name={undefined} value={value} depth={0} />
    </div>
  );
}

interface NodeProps {
  readonly name: string | undefined;
  readonly value: JsonValue;
  readonly depth: number;
}

function Node({ name, value, depth }: NodeProps): ReactElement {
  if (typeof value === "object" && value !== null) return <Branch name={name} value={value} depth={depth} />;
  return (
    <div className="json__leaf">
      <Name name={name} />
      <span className={`json__${value === null ? "null" : typeof value}`}>{JSON.stringify(value)}</span>
    </div>
  );
}

function Branch({ name, value, depth }: NodeProps & { readonly value: object }): ReactElement {
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  const [limit, setLimit] = useState(ENTRY_LIMIT);
  // reason: a JSON value that is an object has JSON values.
  const entries = Object.entries(value) as readonly (readonly [string, JsonValue])[];
  return (
    <div className="json__branch">
      <button type="button" className="json__toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={12} aria-hidden />
        <Name name={name} />
        <span className="json__summary">{open ? sizeInWords(value) : jsonPreview(value)}</span>
      </button>
      {open && (
        <div className="json__entries">
          {entries.slice(0, limit).map(([key, entry]) => (
            <Node key={key} name={key} value={entry} depth={depth + 1} />
          ))}
          {entries.length > limit && (
            <button type="button" className="link-button" onClick={() => setLimit(limit + ENTRY_LIMIT)}>
              {entries.length - limit} more
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Name({ name }: { readonly name: string | undefined }): ReactElement | undefined {
  return name === undefined ? undefined : <span className="json__name">{name}: </span>;
}
