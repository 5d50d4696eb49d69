import { ChevronDown } from "lucide-react";
import type { ReactElement } from "react";

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

/** One of some roles. The browser's own list: it works on every phone and with every screen reader. */
export function RoleSelect<R extends string>(props: RoleSelectProps<R>): ReactElement {
  const { value, roles, words, disabled, onChange, id, label } = props;
  return (
    <span className="role-select">
      <select
        id={id}
        aria-label={label}
        className="field"
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
      </select>
      <ChevronDown size={14} aria-hidden />
    </span>
  );
}
