// Loaded when the variables are first shown.

import { useState, type ReactElement } from "react";
import { useServices } from "../app/Services.tsx";
import { CellLink } from "../running/CellLink.tsx";
import { closePanel } from "../state/panels.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { useVariables } from "./useVariables.ts";
import type { Variable } from "./listVariables.ts";
import "./variables.css";

/** The variables of the notebook, and what is known of their values. */
export function VariablesDialog(): ReactElement {
  const { panels } = useServices();
  const variables = useVariables();
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLowerCase();
  const shown = variables?.filter(({ name }) => name.toLowerCase().includes(wanted));
  return (
    <Dialog className="variables" title="Variables" onClose={() => closePanel(panels)}>
      <div className="variables__body">
        <input
          className="field"
          data-first
          type="search"
          aria-label="Find a variable"
          placeholder="Find a variable"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        {shown === undefined ? (
          <div className="skeleton variables__waits" role="img" aria-label="Reading the cells" />
        ) : shown.length === 0 ? (
          <p className="variables__none" role="status">
            {variables?.length === 0 ? "No cell defines a variable yet." : "No variable has this name."}
          </p>
        ) : (
          <VariableTable variables={shown} />
        )}
      </div>
    </Dialog>
  );
}

function VariableTable({ variables }: { readonly variables: readonly Variable[] }): ReactElement {
  return (
    // It scrolls, and what scrolls the keyboard must reach.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="variables__scroll" role="region" aria-label="List of variables" tabIndex={0}>
      <div role="table" className="variables__table">
        <div role="rowgroup" className="variables__thead">
          <div role="row" className="variables__row">
            {["Name", "Type", "Value", "Defined in", "Used in", "Where"].map((title) => (
              <div key={title} role="columnheader">
                {title}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="variables__tbody">
          {variables.map((variable) => (
            <VariableRow key={`${variable.cell} ${variable.name}`} variable={variable} />
          ))}
        </div>
      </div>
    </div>
  );
}

/** Links to cells named in one row; who is used more often is named by a number. */
const LINKS = 4;

function VariableRow({ variable }: { readonly variable: Variable }): ReactElement {
  const { panels } = useServices();
  const { name, cell, usedIn, value } = variable;
  const facts = value.state === "known" ? value.facts : undefined;
  const close = (): void => closePanel(panels);
  return (
    <div role="row" className="variables__row">
      <div role="rowheader" className="variables__name">
        {name}
      </div>
      <div role="cell" className="variables__type" data-title="Type">
        {facts?.type ?? "–"}
      </div>
      <div role="cell" className="variables__value" data-title="Value">
        {facts === undefined ? (
          <span className="variables__unknown">{unknownInWords(variable)}</span>
        ) : (
          <>
            <code>{facts.preview}</code>
            {facts.size !== undefined && !facts.preview.includes(facts.size) && <small>{facts.size}</small>}
          </>
        )}
      </div>
      <div role="cell" data-title="Defined in">
        <CellLink capital cellId={cell} onGo={close} />
      </div>
      <div role="cell" className="variables__used" data-title="Used in">
        {usedIn.length === 0 && "–"}
        {usedIn.slice(0, LINKS).map((reader) => (
          <CellLink key={reader} capital cellId={reader} onGo={close} />
        ))}
        {usedIn.length > LINKS && `and ${usedIn.length - LINKS} more`}
      </div>
      <div role="cell" className="variables__where" data-title="Where">
        {value.state === "away" ? "–" : `Kernel ${value.kernel + 1}`}
      </div>
    </div>
  );
}

function unknownInWords({ value, ran }: Variable): string {
  if (value.state === "busy") return "Its kernel runs a cell. Shown again afterwards.";
  if (ran === "never") return "Not made yet: its cell has not run.";
  return ran === "agent" ? "On an agent." : "Not in a kernel of this computer.";
}
