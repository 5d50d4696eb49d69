// Loaded when it is first opened.

import { useState, type ReactElement } from "react";
import type { PeerId } from "#shared/base/ids.ts";
import { messageOf } from "#shared/base/errors.ts";
import { peerColor } from "#shared/presence/presence.ts";
import { ROLES, type Role } from "#shared/rooms/access/role.ts";
import { EVERYBODY, type Subject } from "#shared/rooms/access/statement.ts";
import type { AccessView, MemberView, PeerView } from "#shared/session/views.ts";
import { useServices } from "../app/Services.tsx";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { Avatar } from "../peers/Avatar.tsx";
import { closePanel } from "../state/panels.ts";
import { showToast } from "../state/toasts.ts";
import { useReadable } from "../state/useReadable.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { ChangeKey } from "./ChangeKey.tsx";
import { keyShown, memberLabels, UNKNOWN } from "./memberLabels.ts";
import { BLIND_WORDS, EVERYBODY_WORDS, keeperInWords, ROLE_WORDS } from "./roleWords.ts";
import { RoleSelect } from "./RoleSelect.tsx";
import "./members.css";

const EVERYBODY_ROLES: readonly Role[] = ["editor", "runner", "viewer", "none"];

/** Who may do what in the open notebook; for those who have a say, with the means to say it. */
export function MembersDialog(): ReactElement {
  const { session } = useNotebook();
  const { panels, meshbook, toasts } = useServices();
  const access = useReadable(session.access);
  const peers = useReadable(session.peers);
  const [busy, setBusy] = useState(false);
  const labels = memberLabels(access.members.map((member) => ({ peer: member.peer, name: nameOf(member, peers) })));
  const say = (subject: Subject, role: Role, name: string): void => {
    setBusy(true);
    session
      .setRole(subject, role, name)
      .catch((error: unknown) => showToast(toasts, messageOf(error), { tone: "bad" }))
      .finally(() => setBusy(false));
  };
  return (
    <Dialog title="Who may do what" onClose={() => closePanel(panels)}>
      <div className="dialog__body members">
        <div className="members__everybody">
          <label htmlFor="everybody">Whoever has the link may</label>
          <RoleSelect
            id="everybody"
            value={access.everybody}
            roles={EVERYBODY_ROLES}
            words={EVERYBODY_WORDS}
            disabled={!access.manages || busy}
            onChange={(role) => say(EVERYBODY, role, "")}
          />
        </div>
        <ul className="members__list" aria-label="People and what they may do">
          <Founder access={access} me={meshbook.peer} peers={peers} />
          {access.members.map((member) => (
            <MemberRow
              key={member.peer}
              member={member}
              name={nameOf(member, peers)}
              label={labels.get(member.peer) ?? ""}
              me={meshbook.peer}
              roles={access.manages && mayChange(access, member) ? rolesFor(access) : undefined}
              busy={busy}
              say={say}
            />
          ))}
        </ul>
        {access.manages && access.members.length === 0 && (
          <p className="members__none">People appear here when they have opened the notebook with its link.</p>
        )}
        <p className="members__note">{keeperInWords(access)}</p>
        {access.appoints && access.enforced && <ChangeKey />}
        {access.blind && <p className="members__note">{BLIND_WORDS}</p>}
      </div>
    </Dialog>
  );
}

/** Only who made the notebook makes and unmakes teachers. */
const mayChange = ({ appoints }: AccessView, { role, named }: MemberView): boolean =>
  appoints || !named || role !== "teacher";

const rolesFor = ({ appoints }: AccessView): readonly Role[] => [...(appoints ? ROLES : ROLES.slice(0, -1))].reverse();

const nameOf = ({ peer, name }: MemberView, peers: readonly PeerView[]): string =>
  name || (ownNameOf(peer, peers) ?? "");

/** What a device that is here calls itself. Only if it signed that: a role is given to whoever stands behind the name. */
const ownNameOf = (peer: PeerId, peers: readonly PeerView[]): string | undefined =>
  peers.find(({ presence, identity }) => presence.peer === peer && identity === "proven")?.presence.name;

interface FounderProps {
  readonly access: AccessView;
  readonly me: PeerId;
  readonly peers: readonly PeerView[];
}

function Founder({ access: { founder }, me, peers }: FounderProps): ReactElement | undefined {
  const { meshbook } = useServices();
  const ownName = useReadable(meshbook.name);
  if (founder === undefined) return undefined;
  const name = founder === me ? ownName : (ownNameOf(founder, peers) ?? "Who made this notebook");
  return (
    <li>
      <Avatar name={name} color={peerColor(founder)} />
      <span className="members__name">
        {name} {founder === me && <small>you</small>}
      </span>
      <span className="members__role">Made it, may do everything</span>
    </li>
  );
}

interface MemberRowProps {
  readonly member: MemberView;
  readonly name: string;
  /** Its name, which no other row has. */
  readonly label: string;
  readonly me: PeerId;
  /** What may be chosen; undefined if this is not ours to say. */
  readonly roles: readonly Role[] | undefined;
  readonly busy: boolean;
  readonly say: (subject: Subject, role: Role, name: string) => void;
}

function MemberRow({ member, name, label, me, roles, busy, say }: MemberRowProps): ReactElement {
  const { peer, role, here, named } = member;
  const shown = name || UNKNOWN;
  return (
    <li>
      <Avatar name={shown} color={peerColor(peer)} />
      <span className="members__name">
        {shown} {peer === me && <small>you</small>}
        <small className="members__detail">
          {here ? "here now" : named ? "" : "was here"}{" "}
          <code data-tip="The beginning of this device’s key">{keyShown(peer)}</code>
        </small>
      </span>
      {roles === undefined ? (
        <span className="members__role">{ROLE_WORDS[role]}</span>
      ) : (
        <RoleSelect
          label={`What ${label} may do`}
          value={role}
          roles={roles}
          words={ROLE_WORDS}
          disabled={busy}
          onChange={(next) => say(peer, next, name)}
        />
      )}
    </li>
  );
}
