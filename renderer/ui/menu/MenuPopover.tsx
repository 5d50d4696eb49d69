// Loaded when the first menu opens: react-aria's menus (roving focus, type-ahead, submenus, placement) are large.

import { ChevronRight } from "lucide-react";
import type { ReactElement, RefObject } from "react";
import { Menu, MenuItem, SubmenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { Separator } from "react-aria-components/Separator";
import { Keys } from "../Keys.tsx";
import type { MenuAction, MenuEntry } from "./menuEntry.ts";

/** Pixels in which a menu and its submenu fit side by side; below, the submenu opens under its entry. */
const TWO_MENUS = 600;

export interface MenuPopoverProps {
  readonly trigger: RefObject<Element | null>;
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly onClose: () => void;
}

export function MenuPopover({ trigger, label, entries, onClose }: MenuPopoverProps): ReactElement {
  return (
    <Popover
      triggerRef={trigger}
      isOpen
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      placement="bottom end"
      offset={6}
      className="popover"
    >
      {/* A menu takes the keyboard when it opens: ARIA's menu button pattern. */}
      {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
      <Menu aria-label={label} className="menu" autoFocus="first" onClose={onClose}>
        {renderEntries(entries, onClose)}
      </Menu>
    </Popover>
  );
}

function renderEntries(entries: readonly MenuEntry[], onClose: () => void): ReactElement[] {
  return entries.map((entry, index) => {
    if (entry === "line") return <Separator key={`line-${index}`} className="menu__line" />;
    if (!("entries" in entry)) return <Action key={entry.id} action={entry} onClose={onClose} />;
    const Icon = entry.icon;
    return (
      <SubmenuTrigger key={entry.id}>
        <MenuItem id={entry.id} textValue={entry.label} className="menu__item">
          {Icon !== undefined && <Icon size={16} aria-hidden />}
          <span className="menu__text">{entry.label}</span>
          <ChevronRight size={14} aria-hidden />
        </MenuItem>
        <Popover className="popover" offset={2} {...(innerWidth < TWO_MENUS ? { placement: "bottom end" } : {})}>
          <Menu aria-label={entry.label} className="menu">
            {renderEntries(entry.entries, onClose)}
          </Menu>
        </Popover>
      </SubmenuTrigger>
    );
  });
}

interface ActionProps {
  readonly action: MenuAction;
  readonly onClose: () => void;
}

function Action({ action, onClose }: ActionProps): ReactElement {
  // Without a trigger of react-aria's own, an action in a submenu would close the submenu only. Closed before it runs, so
  // that the action has the last word on where the keyboard goes.
  const act = (): void => {
    onClose();
    action.run();
  };
  const { id, label, icon: Icon, keys, detail, danger, disabled } = action;
  return (
    <MenuItem
      id={id}
      textValue={label}
      isDisabled={disabled === true}
      className={`menu__item ${danger === true ? "menu__item--danger" : ""}`}
      onAction={act}
    >
      {Icon !== undefined && <Icon size={16} aria-hidden />}
      <span className="menu__text">
        {label}
        {detail !== undefined && <span className="menu__detail">{detail}</span>}
      </span>
      {keys !== undefined && <Keys keys={keys} />}
    </MenuItem>
  );
}
