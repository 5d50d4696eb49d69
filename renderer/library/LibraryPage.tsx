import { useCallback, type ReactElement } from "react";
import { useStore } from "zustand";
import { peerColor } from "#shared/presence/presence.ts";
import { useServices } from "../app/Services.tsx";
import { useCommandContext } from "../commands/useCommands.ts";
import { useKeymap } from "../commands/keys/useKeymap.ts";
import { Avatar } from "../peers/Avatar.tsx";
import { ThemeButton } from "../settings/ThemeButton.tsx";
import { closePanel, openPanel } from "../state/panels.ts";
import { useReadable } from "../state/useReadable.ts";
import { Mark } from "../ui/Mark.tsx";
import { ClassPanel } from "./class/ClassPanel.tsx";
import { JoinClass } from "./class/JoinClass.tsx";
import { NewNotebook } from "./NewNotebook.tsx";
import { Shelf } from "./Shelf.tsx";
import "./library.css";
import { lazyPart } from "../ui/parts/lazyPart.ts";
import { Overlay } from "../ui/parts/Overlay.tsx";

const Panels = lazyPart(async () => (await import("../commands/panels/Panels.tsx")).Panels);

/** All notebooks of this device, and those of the class. */
export function LibraryPage(): ReactElement {
  const { meshbook, panels } = useServices();
  const classroom = useReadable(meshbook.classroom);
  const panelOpen = useStore(panels, (state) => state.open !== undefined);
  const close = useCallback(() => closePanel(panels), [panels]);
  useKeymap(useCommandContext());
  return (
    <>
      <title>Meshbook</title>
      <TopBar />
      <main className="library">
        {classroom === undefined ? <JoinClass /> : <ClassPanel classroom={classroom} />}
        <div className="library__head">
          <h1>Notebooks</h1>
          <NewNotebook inClass={classroom !== undefined} />
        </div>
        <Shelf />
      </main>
      <Overlay onMissing={close}>{panelOpen && <Panels />}</Overlay>
    </>
  );
}

function TopBar(): ReactElement {
  const { meshbook, panels } = useServices();
  const name = useReadable(meshbook.name);
  return (
    <header className="topbar">
      <span className="topbar__brand">
        <Mark />
        Meshbook
      </span>
      <div className="topbar__tools">
        <ThemeButton />
        <button
          type="button"
          className="person"
          aria-label={`Your name: ${name}`}
          data-tip="Your name, as others see it"
          onClick={() => openPanel(panels, "name")}
        >
          <Avatar name={name} color={peerColor(meshbook.peer)} small />
          <span>{name}</span>
        </button>
      </div>
    </header>
  );
}
