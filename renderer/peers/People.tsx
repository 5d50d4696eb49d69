import { useRef, useState, type ReactElement } from "react";
import { peerColor } from "#shared/presence/presence.ts";
import type { PeerView } from "#shared/session/views.ts";
import { NOT_VERIFIED } from "#shared/session/presence/claimedName.ts";
import { useServices } from "../app/Services.tsx";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { openPanel } from "../state/panels.ts";
import { useReadable, useSelected } from "../state/useReadable.ts";
import { Button } from "../ui/Button.tsx";
import { PopoverLazy } from "../ui/menu/PopoverLazy.tsx";
import { Avatar } from "./Avatar.tsx";
import { callPerson, shownBy } from "./personName.ts";

/** Discs in the header; everybody is in the list behind them. */
const SHOWN = 4;

const asTheyAre = (peers: readonly PeerView[]): readonly PeerView[] => peers;
/** Carets move with each key; discs do not. */
const lookSame = (some: readonly PeerView[], others: readonly PeerView[]): boolean =>
  some.length === others.length && some.every((peer, index) => looksSame(peer, others[index]));
const looksSame = ({ clientId, presence, identity }: PeerView, other: PeerView | undefined): boolean =>
  clientId === other?.clientId &&
  identity === other.identity &&
  presence.peer === other.presence.peer &&
  presence.name === other.presence.name &&
  presence.color === other.presence.color;

/** Who has this notebook open. */
export function People(): ReactElement {
  const { session } = useNotebook();
  const { meshbook } = useServices();
  const peers = useSelected(session.peers, asTheyAre, lookSame);
  const name = useReadable(meshbook.name);
  const { members } = useReadable(session.access);
  const [open, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const label = peers.length === 0 ? "Only you are here" : `${peers.length + 1} people are here`;
  return (
    <>
      <button
        ref={trigger}
        type="button"
        className="people"
        aria-label={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        data-tip={label}
        onClick={() => setOpen(!open)}
      >
        {peers.slice(0, SHOWN).map((peer) => (
          <Avatar key={peer.clientId} name={callPerson(shownBy(peer), members).name} color={peer.presence.color} />
        ))}
        {peers.length > SHOWN && <span className="people__more" data-more={`+${peers.length - SHOWN}`} aria-hidden />}
        <Avatar name={name} color={peerColor(meshbook.peer)} />
      </button>
      {open && (
        <PopoverLazy trigger={trigger} label="People here" onClose={() => setOpen(false)}>
          <PeopleList />
        </PopoverLazy>
      )}
    </>
  );
}

function PeopleList(): ReactElement {
  const { session } = useNotebook();
  const { meshbook, panels } = useServices();
  const peers = useReadable(session.peers);
  const name = useReadable(meshbook.name);
  const { members } = useReadable(session.access);
  const people = peers.map((peer) => ({ ...peer, called: callPerson(shownBy(peer), members) }));
  return (
    <ul className="people-list">
      <li>
        <Avatar name={name} color={peerColor(meshbook.peer)} />
        <span className="people-list__name">
          {name} <small>you</small>
        </span>
        <Button small onClick={() => openPanel(panels, "name")}>
          Change
        </Button>
      </li>
      {people.map(({ clientId, presence, called }) => (
        <li key={clientId}>
          <Avatar name={called.name} color={presence.color} />
          <span className="people-list__name">
            {called.name}
            {!called.verified && <small className="people-list__claim">{NOT_VERIFIED}</small>}
          </span>
          {presence.running.length > 0 && <small>running</small>}
        </li>
      ))}
      {people.length === 0 && <li className="people-list__none">Nobody else has this notebook open.</li>}
      {people.some(({ called }) => !called.verified) && (
        <li className="people-list__none">“Not verified”: nothing proves whose name that is.</li>
      )}
    </ul>
  );
}
