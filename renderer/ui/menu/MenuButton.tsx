import type { LucideIcon } from "lucide-react";
import type { ReactElement } from "react";
import { IconButton } from "../IconButton.tsx";
import { useMenu, type MenuOptions } from "./useMenu.tsx";

export interface MenuButtonProps extends MenuOptions {
  readonly icon: LucideIcon;
  readonly small?: boolean;
}

/** A button with a menu. */
export function MenuButton({ icon, small = false, ...options }: MenuButtonProps): ReactElement {
  const { button, menu } = useMenu(options);
  return (
    <>
      <IconButton icon={icon} label={options.label} small={small} {...button} />
      {menu}
    </>
  );
}
