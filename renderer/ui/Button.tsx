import type { LucideIcon } from "lucide-react";
import type { ComponentProps, ReactElement } from "react";

export interface ButtonProps extends ComponentProps<"button"> {
  readonly variant?: "primary" | "secondary" | "quiet" | "danger";
  readonly icon?: LucideIcon;
  readonly small?: boolean;
}

export function Button({
  variant = "quiet",
  icon: Icon,
  small,
  className,
  children,
  ...rest
}: ButtonProps): ReactElement {
  const classes = ["button", `button--${variant}`, small === true ? "button--small" : "", className ?? ""];
  return (
    <button type="button" {...rest} className={classes.filter(Boolean).join(" ")}>
      {Icon !== undefined && <Icon size={16} aria-hidden />}
      {children}
    </button>
  );
}
