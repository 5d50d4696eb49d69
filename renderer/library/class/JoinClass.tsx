import { Users } from "lucide-react";
import { useState, type SubmitEvent, type ReactElement } from "react";
import { useServices } from "../../app/Services.tsx";
import { Button } from "../../ui/Button.tsx";
import { followInvitation } from "../libraryActions.ts";

/** Where an invitation, to a class or to one notebook, is pasted. */
export function JoinClass(): ReactElement {
  const services = useServices();
  const [link, setLink] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
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
      <p id="invitation-problem" role="alert" className="join__problem">
        {problem}
      </p>
    </form>
  );
}
