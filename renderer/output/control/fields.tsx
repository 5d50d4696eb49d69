import { useId, type ReactElement } from "react";
import {
  TEXT_LIMIT,
  type SelectControl,
  type TextControl,
  type ToggleControl,
} from "#shared/notebook/controls/control.ts";
import { Select } from "../../ui/Select.tsx";
import type { FieldProps } from "./FieldProps.ts";

export function TextField({ control, value, disabled, onMove }: FieldProps<TextControl>): ReactElement {
  const id = useId();
  return (
    <>
      <FieldLabel id={id} label={control.label} />
      <input
        id={id}
        className="field control__field"
        aria-label={control.label === "" ? "Text" : undefined}
        value={value}
        placeholder={control.placeholder}
        maxLength={TEXT_LIMIT}
        disabled={disabled}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onMove(event.target.value)}
      />
    </>
  );
}

export function SelectField({ control, value, disabled, onMove }: FieldProps<SelectControl>): ReactElement {
  const id = useId();
  return (
    <>
      <FieldLabel id={id} label={control.label} />
      <Select
        id={id}
        className="control__field"
        aria-label={control.label === "" ? "Choice" : undefined}
        value={value}
        disabled={disabled}
        onChange={(event) => onMove(event.target.value)}
      >
        {control.options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </Select>
    </>
  );
}

export function ToggleField({ control, value, disabled, onMove }: FieldProps<ToggleControl>): ReactElement {
  return (
    <label className="control__toggle">
      <input type="checkbox" checked={value} disabled={disabled} onChange={(event) => onMove(event.target.checked)} />
      {control.label === "" ? "On" : control.label}
    </label>
  );
}

export function FieldLabel({ id, label }: { readonly id: string; readonly label: string }): ReactElement | undefined {
  if (label === "") return undefined;
  return (
    <label htmlFor={id} className="control__label">
      {label}
    </label>
  );
}
