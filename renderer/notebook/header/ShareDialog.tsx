import { Link, ShieldCheck } from "lucide-react";
import { useEffect, useState, type ReactElement } from "react";
import { messageOf } from "#shared/base/errors.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { useServices } from "../../app/Services.tsx";
import { useReadable } from "../../state/useReadable.ts";
import { closePanel, openPanel } from "../../state/panels.ts";
import { BLIND_WORDS, linkInWords, WRONG_KEY } from "../../rooms/roleWords.ts";
import { useNotebook } from "../services/NotebookContext.tsx";
import { Invitation } from "../../rooms/Invitation.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";

type LinkState =
  | { readonly state: "none" }
  | { readonly state: "making" }
  | { readonly state: "ready"; readonly link: string }
  | { readonly state: "failed"; readonly message: string };

/** The invitation to this notebook. One that nobody else has yet stays private until one asks for the link. */
export function ShareDialog({ room }: { readonly room: RoomId }): ReactElement {
  const { meshbook, panels } = useServices();
  const card = useReadable(meshbook.library).notebooks.find((notebook) => notebook.room === room);
  const isPrivate = card === undefined || card.place === "device";
  const [wanted, setWanted] = useState(!isPrivate);
  const link = useLink(room, wanted);
  const access = useReadable(useNotebook().session.access);
  if (access.wrongKey) return <WrongLink />;
  return (
    <Dialog title="Share this notebook" onClose={() => closePanel(panels)}>
      <div className="dialog__body">
        <p>
          {link.state === "none"
            ? "Only this computer has this notebook. With a link, others can read it, edit it and run its cells."
            : linkInWords(access)}
        </p>
        {link.state === "none" && (
          <div className="actions">
            <Button variant="primary" icon={Link} onClick={() => setWanted(true)}>
              Create link
            </Button>
          </div>
        )}
        {link.state === "making" && (
          <div className="skeleton" style={{ height: 32 }} role="img" aria-label="Creating" />
        )}
        {link.state === "ready" && <Invitation label="Invitation link" link={link.link} to="this notebook" />}
        {link.state === "ready" && access.blind && <p className="members__note">{BLIND_WORDS}</p>}
        {link.state === "ready" && access.manages && (
          <div className="actions">
            <Button variant="secondary" icon={ShieldCheck} onClick={() => openPanel(panels, "members")}>
              Who may do what
            </Button>
          </div>
        )}
        {link.state === "failed" && <p role="alert">The link could not be made: {link.message}</p>}
      </div>
    </Dialog>
  );
}

/** It is not passed on. */
function WrongLink(): ReactElement {
  const { panels } = useServices();
  return (
    <Dialog title="Share this notebook" onClose={() => closePanel(panels)}>
      <div className="dialog__body">
        <p role="alert">
          {WRONG_KEY.title} {WRONG_KEY.cure} Then you can pass it on.
        </p>
      </div>
    </Dialog>
  );
}

function useLink(room: RoomId, wanted: boolean): LinkState {
  const { meshbook } = useServices();
  const [link, setLink] = useState<LinkState>({ state: "making" });
  useEffect(() => {
    if (!wanted) return;
    let gone = false;
    const show = (next: LinkState): void => {
      if (!gone) setLink(next);
    };
    meshbook.shareNotebook(room).then(
      (made) => show({ state: "ready", link: made }),
      (error: unknown) => show({ state: "failed", message: messageOf(error) }),
    );
    return () => {
      gone = true;
    };
  }, [meshbook, room, wanted]);
  return wanted ? link : { state: "none" };
}
