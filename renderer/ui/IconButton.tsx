import type { LucideIcon } from "lucide-react";
import type { ComponentProps, ReactElement } from "react";

export interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label"> {
  readonly icon: LucideIcon;
  /** Its accessible name, and its tooltip. */
  readonly label: string;
  /** The keys that do the same, such as `Shift-Enter`, shown in the tooltip. */
  readonly keys?: string | undefined;
  readonly small?: boolean;
}

export function IconButton({ icon: Icon, label, keys, small, className, ...rest }: IconButtonProps): ReactElement {
  const classes = ["button button--icon", small === true ? "button--small" : "", className ?? ""];
  return (
    <button
      type="button"
      {...rest}
      className={classes.filter(Boolean).join(" ")}
      aria-label={label}
      data-tip={label}
      data-keys={keys}
    >
      <Icon size={16} aria-hidden />
    </button>
  );
}
