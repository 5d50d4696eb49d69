import {
  Command,
  Download,
  Ellipsis,
  History,
  Keyboard,
  Package,
  PackagePlus,
  Palette,
  RefreshCw,
  ShieldCheck,
  Stethoscope,
  User,
  Variable,
  Workflow,
} from "lucide-react";
import type { ReactElement } from "react";
import { commands, runCommand, type CommandId } from "../../commands/commands.ts";
import { keysOf } from "../../commands/keys/keymap.ts";
import { useCommandContext } from "../../commands/useCommands.ts";
import type { MenuAction, MenuEntry } from "../../ui/menu/menuEntry.ts";
import { MenuButton } from "../../ui/menu/MenuButton.tsx";
import type { CommandContext } from "../../commands/Command.ts";

export function HeaderMenu(): ReactElement {
  const context = useCommandContext();
  return <MenuButton icon={Ellipsis} label="More" entries={() => headerEntries(context)} />;
}

function headerEntries(context: CommandContext): readonly MenuEntry[] {
  const entry = (id: CommandId, label: string, icon?: MenuAction["icon"]): MenuAction => ({
    id,
    label,
    ...(icon === undefined ? {} : { icon }),
    keys: keysOf(id),
    disabled: !commands[id].when(context),
    run: () => runCommand(id, context),
  });
  return [
    entry("notebook.history", "History", History),
    entry("run.stale", "Run what is out of date", RefreshCw),
    entry("run.dataflow", "How cells depend on one another", Workflow),
    entry("notebook.variables", "Variables", Variable),
    {
      id: "export",
      label: "Export",
      icon: Download,
      entries: [
        entry("notebook.exportMeshbook", "Meshbook file (merges back)…"),
        entry("notebook.exportIpynb", "Jupyter notebook (.ipynb)"),
        entry("notebook.exportMd", "Markdown (.md)"),
        entry("notebook.exportPy", "Python script (.py)"),
        entry("notebook.exportJs", "JavaScript (.js)"),
      ],
    },
    {
      id: "theme",
      label: "Theme",
      icon: Palette,
      entries: [entry("theme.system", "As the system"), entry("theme.light", "Light"), entry("theme.dark", "Dark")],
    },
    entry("notebook.members", "Who may do what", ShieldCheck),
    entry("notebook.addPackage", "Add Python package…", PackagePlus),
    entry("app.packages", "Where packages come from", Package),
    entry("app.name", "Your name", User),
    "line",
    entry("app.palette", "All commands", Command),
    entry("app.shortcuts", "Keyboard shortcuts", Keyboard),
    entry("app.doctor", "Check the connection", Stethoscope),
  ];
}
