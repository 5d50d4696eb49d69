import type { DesktopCommand } from "#shared/contracts/page/desktopApi.ts";
import { exportTo } from "../commands/appCommands.ts";
import { chooseAndImport, createNotebook, importFiles, type NewPlace } from "../library/libraryActions.ts";
import { openPanel } from "../state/panels.ts";
import { showToast } from "../state/toasts.ts";
import type { AppServices } from "./appServices.ts";
import { parseRoute } from "./routes.ts";

/** Does what the desktop app's menu, or a file opened with the app, asks for. */
export function runDesktopCommand(services: AppServices, command: DesktopCommand): void {
  const place: NewPlace = services.meshbook.classroom.get() === undefined ? "device" : "class";
  switch (command.type) {
    case "new-notebook":
      void createNotebook(services, place);
      return;
    case "choose-file":
      void chooseAndImport(services, place);
      return;
    case "open-file":
      void importFiles(services, [command.file], place);
      return;
    case "show-shortcuts":
      openPanel(services.panels, "shortcuts");
      return;
    case "save-copy":
      saveCopy(services);
      return;
  }
}

function saveCopy(services: AppServices): void {
  const route = parseRoute(location.pathname);
  if (route.page === "notebook") void exportTo(services, route.room, "ipynb");
  else showToast(services.toasts, "Open the notebook that you want a copy of");
}
