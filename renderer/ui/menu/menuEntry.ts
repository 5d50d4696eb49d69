import type { LucideIcon } from "lucide-react";

export interface MenuAction {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
  readonly icon?: LucideIcon;
  readonly keys?: string | undefined;
  readonly detail?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
}

export interface Submenu {
  readonly id: string;
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly entries: readonly MenuEntry[];
}

/** One line of a menu. `id`s are unique in the whole menu, its submenus included. */
export type MenuEntry = MenuAction | Submenu | "line";
