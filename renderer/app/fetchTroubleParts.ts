/**
 * Loads what people open when the class host is gone, which could not be had from it then: where the notebook is kept, the
 * check of the connection, and the menus that lead there and to copies. Gives up quietly: parts are fetched when they are
 * needed, too.
 */
export async function fetchTroubleParts(): Promise<void> {
  await Promise.allSettled([
    import("../ui/menu/PopoverBox.tsx"),
    import("../ui/menu/MenuPopover.tsx"),
    import("../commands/panels/Panels.tsx"),
    import("../settings/doctor/DoctorDialog.tsx"),
  ]);
}
