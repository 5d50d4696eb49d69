import { Download, FolderOpen, PencilLine, Trash2 } from "lucide-react";
import type { NotebookCard } from "#shared/session/views.ts";
import type { AppServices } from "../app/appServices.ts";
import { navigate } from "../app/routes.ts";
import { exportTo } from "../commands/appCommands.ts";
import { openPanel } from "../state/panels.ts";
import type { MenuEntry } from "../ui/menu/menuEntry.ts";
import { removeNotebook } from "./libraryActions.ts";

export function cardMenu(services: AppServices, card: NotebookCard, rename: () => void): readonly MenuEntry[] {
  const { room } = card;
  return [
    { id: "open", label: "Open", icon: FolderOpen, run: () => navigate({ page: "notebook", room }) },
    { id: "rename", label: "Rename", icon: PencilLine, run: rename },
    {
      id: "export",
      label: "Export",
      icon: Download,
      entries: [
        {
          id: "meshbook",
          label: "Meshbook file (merges back)…",
          run: () => openPanel(services.panels, "meshbook-file", room),
        },
        { id: "ipynb", label: "Jupyter notebook (.ipynb)", run: () => void exportTo(services, room, "ipynb") },
        { id: "md", label: "Markdown (.md)", run: () => void exportTo(services, room, "md") },
        { id: "py", label: "Python script (.py)", run: () => void exportTo(services, room, "py") },
        { id: "js", label: "JavaScript (.js)", run: () => void exportTo(services, room, "js") },
      ],
    },
    "line",
    {
      id: "remove",
      label: card.place === "class" ? "Remove from my list" : "Remove",
      icon: Trash2,
      danger: true,
      run: () => void removeNotebook(services, card),
    },
  ];
}
