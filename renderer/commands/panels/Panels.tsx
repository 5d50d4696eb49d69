// Loaded when the first of them is opened.

import type { ReactElement } from "react";
import { useStore } from "zustand";
import { useServices } from "../../app/Services.tsx";
import { NameDialog } from "../../settings/NameDialog.tsx";
import "./commands.css";
import { CommandPalette } from "./CommandPalette.tsx";
import { ShortcutsHelp } from "./ShortcutsHelp.tsx";

/** The dialogs that any page can show. */
export function Panels(): ReactElement | undefined {
  const open = useStore(useServices().panels, (state) => state.open);
  switch (open) {
    case "palette":
      return <CommandPalette />;
    case "shortcuts":
      return <ShortcutsHelp />;
    case "name":
      return <NameDialog />;
    case "share":
    case undefined:
      return undefined;
  }
}
