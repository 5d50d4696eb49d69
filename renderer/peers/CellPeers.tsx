import { useCallback, type ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import type { PeerView } from "#shared/session/views.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { useReadable, useSelected } from "../state/useReadable.ts";
import { Avatar } from "./Avatar.tsx";
import { callPerson, personName, shownBy } from "./personName.ts";

/** More would cover the text; the rest is a number. */
const SHOWN = 3;

/** Who else is in a cell. */
export function CellPeers({ cellId }: { readonly cellId: CellId }): ReactElement | undefined {
  const { session } = useNotebook();
  const inCell = useCallback(
    (peers: readonly PeerView[]) => peers.filter((peer) => peer.presence.cell === cellId),
    [cellId],
  );
  const here = useSelected(session.peers, inCell, samePeople);
  const { members } = useReadable(session.access);
  if (here.length === 0) return undefined;
  const names = here.map((peer) => personName(shownBy(peer), members)).join(", ");
  return (
    <div className="cell__peers" role="img" aria-label={`Here: ${names}`} data-tip={names}>
      {here.slice(0, SHOWN).map((peer) => (
        <Avatar key={peer.clientId} name={callPerson(shownBy(peer), members).name} color={peer.presence.color} small />
      ))}
      {here.length > SHOWN && <span className="cell__peers-more">+{here.length - SHOWN}</span>}
    </div>
  );
}

function samePeople(a: readonly PeerView[], b: readonly PeerView[]): boolean {
  return a.length === b.length && a.every((peer, index) => samePerson(peer, b[index]));
}

const samePerson = (a: PeerView, b: PeerView | undefined): boolean =>
  a.clientId === b?.clientId &&
  a.presence.name === b.presence.name &&
  a.presence.color === b.presence.color &&
  a.identity === b.identity;
