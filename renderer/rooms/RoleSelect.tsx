import type { ReactElement } from "react";
import { Select } from "../ui/Select.tsx";

export interface RoleSelectProps<R extends string> {
  readonly value: R;
  readonly roles: readonly R[];
  readonly words: Readonly<Record<R, string>>;
  readonly disabled: boolean;
  readonly onChange: (role: R) => void;
  /** Of a label beside it; else `label` is said. */
  readonly id?: string;
  readonly label?: string;
}

/** One of some roles. */
export function RoleSelect<R extends string>(props: RoleSelectProps<R>): ReactElement {
  const { value, roles, words, disabled, onChange, id, label } = props;
  return (
    <Select
      id={id}
      aria-label={label}
      value={value}
      disabled={disabled}
      onChange={(event) => {
        const chosen = roles.find((role) => role === event.target.value);
        if (chosen !== undefined && chosen !== value) onChange(chosen);
      }}
    >
      {!roles.includes(value) && <option value={value}>{words[value]}</option>}
      {roles.map((role) => (
        <option key={role} value={role}>
          {words[role]}
        </option>
      ))}
    </Select>
  );
}
