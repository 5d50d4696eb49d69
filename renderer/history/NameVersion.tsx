import { Bookmark } from "lucide-react";
import { useId, useState, type ReactElement, type SubmitEvent } from "react";
import { VERSION_NAME_LIMIT } from "#shared/history/parseHistory.ts";
import { Button } from "../ui/Button.tsx";

export interface NameVersionProps {
  readonly label: string;
  /** Resolves with what went wrong, in words. */
  readonly name: (name: string) => Promise<string | undefined>;
}

/** A field for the name of a version. */
export function NameVersion({ label, name }: NameVersionProps): ReactElement {
  const [text, setText] = useState("");
  const [trouble, setTrouble] = useState<string>();
  const [busy, setBusy] = useState(false);
  const id = useId();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setBusy(true);
    void name(text).then((failed) => {
      setBusy(false);
      setTrouble(failed);
      if (failed === undefined) setText("");
    });
  };
  return (
    <form className="history__name" onSubmit={submit}>
      <label htmlFor={id}>{label}</label>
      <div className="row">
        <input
          id={id}
          className="field"
          value={text}
          maxLength={VERSION_NAME_LIMIT}
          placeholder="Handed in"
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" variant="secondary" icon={Bookmark} disabled={busy || text.trim() === ""}>
          Name
        </Button>
      </div>
      {trouble !== undefined && <p role="alert">{trouble}</p>}
    </form>
  );
}
