import { Ellipsis, Link2, Monitor, Users } from "lucide-react";
import { useState, type MouseEvent, type ReactElement } from "react";
import { UNTITLED } from "#shared/notebook/readNotebook.ts";
import type { NotebookCard } from "#shared/session/views.ts";
import { navigate, routePath } from "../app/routes.ts";
import { useServices } from "../app/Services.tsx";
import { useNow } from "../state/useNow.ts";
import { MenuButton } from "../ui/menu/MenuButton.tsx";
import { cardMenu } from "./cardMenu.ts";
import { RenameField } from "./RenameField.tsx";
import { whenInWords } from "./shelves.ts";

const PLACES = {
  device: { label: "On this computer", icon: Monitor },
  shared: { label: "Shared", icon: Link2 },
  class: { label: "Class", icon: Users },
} as const;

export function NotebookRow({ card }: { readonly card: NotebookCard }): ReactElement {
  const services = useServices();
  const now = useNow(false);
  const [renaming, setRenaming] = useState(false);
  const { label, icon: Icon } = PLACES[card.place];
  const route = { page: "notebook", room: card.room } as const;
  const open = (event: MouseEvent): void => {
    // A new tab or window is the browser's affair.
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    navigate(route);
  };
  return (
    <li className="notebook-row">
      {renaming ? (
        <RenameField card={card} onDone={() => setRenaming(false)} />
      ) : (
        <a className="notebook-row__title" href={routePath(route)} onClick={open}>
          {card.title === "" ? UNTITLED : card.title}
        </a>
      )}
      <span className="notebook-row__place">
        <Icon size={14} aria-hidden />
        {label}
      </span>
      <span className="notebook-row__when">
        {card.opened === undefined ? "Not opened yet" : `Opened ${whenInWords(card.opened, now)}`}
      </span>
      <MenuButton
        icon={Ellipsis}
        small
        label={`More for ${card.title}`}
        entries={() => cardMenu(services, card, () => setRenaming(true))}
      />
    </li>
  );
}
