import type { Control, ControlValue } from "#shared/notebook/controls/control.ts";

/** What the field of a control is given. */
export interface FieldProps<C extends Control> {
  readonly control: C;
  /** Where it stands. */
  readonly value: C["value"];
  readonly disabled: boolean;
  readonly onMove: (value: ControlValue) => void;
}
