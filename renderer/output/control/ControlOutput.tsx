import { Users } from "lucide-react";
import { useMemo, type ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import { fitting, type Control, type ControlValue } from "#shared/notebook/controls/control.ts";
import { documentState } from "#shared/notebook/schema.ts";
import { mayRun } from "#shared/rooms/access/role.ts";
import { useNotebook } from "../../notebook/services/NotebookContext.tsx";
import { useReadable } from "../../state/useReadable.ts";
import { Button } from "../../ui/Button.tsx";
import { FileField } from "./FileField.tsx";
import { SelectField, TextField, ToggleField } from "./fields.tsx";
import { SliderField } from "./SliderField.tsx";
import { TableField } from "./TableField.tsx";
import "./control.css";

export interface ControlOutputProps {
  readonly cellId: CellId;
  readonly control: Control;
}

/** A control of a cell, standing where somebody moved it. The page draws it; a cell only says what kind it is. */
export function ControlOutput({ cellId, control }: ControlOutputProps): ReactElement {
  const { session } = useNotebook();
  const { role } = useReadable(session.access);
  const moved = useReadable(useMemo(() => session.controls.at(cellId, control), [session, cellId, control]));
  const disabled = !mayRun(role) || documentState(session.doc) !== "ready";
  const onMove = (value: ControlValue): void => session.controls.move(cellId, control, value);
  return (
    <div className={`control control--${control.kind}`}>
      <Field control={control} moved={fitting(control, moved)} disabled={disabled} onMove={onMove} />
      {control.shared && (
        <span className="control__shared" title="Shared: everybody in this notebook sees it move">
          <Users size={14} aria-hidden />
          <span className="visually-hidden">Shared: everybody in this notebook sees it move</span>
        </span>
      )}
    </div>
  );
}

interface AnyFieldProps {
  readonly control: Control;
  readonly moved: ControlValue | undefined;
  readonly disabled: boolean;
  readonly onMove: (value: ControlValue) => void;
}

function Field({ control, moved, ...rest }: AnyFieldProps): ReactElement {
  switch (control.kind) {
    case "slider":
      return <SliderField {...rest} control={control} value={typeof moved === "number" ? moved : control.value} />;
    case "text":
      return <TextField {...rest} control={control} value={typeof moved === "string" ? moved : control.value} />;
    case "select":
      return <SelectField {...rest} control={control} value={typeof moved === "string" ? moved : control.value} />;
    case "toggle":
      return <ToggleField {...rest} control={control} value={typeof moved === "boolean" ? moved : control.value} />;
    case "button": {
      const pressed = typeof moved === "number" ? moved : 0;
      return (
        <Button variant="secondary" small disabled={rest.disabled} onClick={() => rest.onMove(pressed + 1)}>
          {control.label === "" ? "Run" : control.label}
        </Button>
      );
    }
    case "file":
      return (
        <FileField
          {...rest}
          control={control}
          chosen={typeof moved === "object" && "base64" in moved ? moved.name : undefined}
        />
      );
    case "table":
      return <TableField {...rest} control={control} value={Array.isArray(moved) ? moved : control.value} />;
  }
}
