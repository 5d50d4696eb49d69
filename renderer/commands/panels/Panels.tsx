// Loaded when the first of them is opened.

import type { ReactElement } from "react";
import { useStore } from "zustand";
import { useServices } from "../../app/Services.tsx";
import { MeshbookFileDialog } from "../../library/exchange/MeshbookFileDialog.tsx";
import { NameDialog } from "../../settings/NameDialog.tsx";
import "./commands.css";
import { CommandPalette } from "./CommandPalette.tsx";
import { ShortcutsHelp } from "./ShortcutsHelp.tsx";
import { lazyPart } from "../../ui/parts/lazyPart.ts";

const DoctorDialog = lazyPart(async () => (await import("../../settings/doctor/DoctorDialog.tsx")).DoctorDialog);

const PackagesDialog = lazyPart(
  async () => (await import("../../settings/packages/PackagesDialog.tsx")).PackagesDialog,
);

/** The dialogs that any page can show. */
export function Panels(): ReactElement | undefined {
  const { open, about } = useStore(useServices().panels);
  switch (open) {
    case "palette":
      return <CommandPalette />;
    case "shortcuts":
      return <ShortcutsHelp />;
    case "name":
      return <NameDialog />;
    case "meshbook-file":
      return about === undefined ? undefined : <MeshbookFileDialog room={about} />;
    case "doctor":
      return <DoctorDialog />;
    case "packages":
      return <PackagesDialog />;
    case "members":
    case "share":
    case "history":
    case "cell-history":
    case "away":
    case "rename":
    case "variables":
    case "queue":
    case "dataflow":
    case undefined:
      return undefined;
  }
}
