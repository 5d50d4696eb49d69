import { LockKeyhole, Users } from "lucide-react";
import { useState, type SubmitEvent, type ReactElement } from "react";
import { useServices } from "../../app/Services.tsx";
import { Button } from "../../ui/Button.tsx";
import { useReadable } from "../../state/useReadable.ts";
import { followInvitation } from "../libraryActions.ts";

/** Where an invitation, to a class or to one notebook, is pasted. */
export function JoinClass(): ReactElement {
  const services = useServices();
  const [link, setLink] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const startsClasses = useReadable(services.meshbook.startsClasses);
  const join = async (): Promise<void> => {
    setBusy(true);
    setProblem(await followInvitation(services, link));
    setBusy(false);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (link.trim() !== "") void join();
  };
  return (
    <form className="join" onSubmit={submit} noValidate>
      <Users size={18} aria-hidden />
      <label htmlFor="invitation">Join a class</label>
      <input
        id="invitation"
        className="field"
        type="url"
        placeholder="Paste an invitation link"
        autoComplete="off"
        aria-invalid={problem !== undefined}
        aria-describedby="invitation-problem"
        value={link}
        onChange={(event) => {
          setLink(event.target.value);
          setProblem(undefined);
        }}
      />
      <Button type="submit" variant="secondary" disabled={busy || link.trim() === ""}>
        {busy ? "Joining…" : "Join"}
      </Button>
      {startsClasses && (
        <div className="join__start">
          <p>
            This host is blind: it stores only what is sealed, and knows no class. Start one here, and invite the others
            with its link. The host does not have the link; keep it.
          </p>
          <Button type="button" variant="secondary" icon={LockKeyhole} onClick={() => services.meshbook.startClass()}>
            Start a class here
          </Button>
        </div>
      )}
      <p id="invitation-problem" role="alert" className="join__problem">
        {problem}
      </p>
    </form>
  );
}
