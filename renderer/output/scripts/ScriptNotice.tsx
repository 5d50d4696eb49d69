import { ShieldAlert } from "lucide-react";
import { useState, type ReactElement } from "react";
import { personName } from "../../peers/personName.ts";
import { useReadable } from "../../state/useReadable.ts";
import { useNotebook } from "../../notebook/services/NotebookContext.tsx";
import { Button } from "../../ui/Button.tsx";
import type { ScriptSource } from "./ScriptGrants.ts";
import type { OutputScripts } from "./useScripts.ts";
import "./scripts.css";

/** Says that an output has scripts, and lets the reader allow them, or not any more. */
export function ScriptNotice({ source, grants, allowed }: OutputScripts): ReactElement {
  const [asked, setAsked] = useState(false);
  const whose = useWhose(source);
  if (allowed) {
    return (
      <p className="script-notice">
        <ShieldAlert size={14} aria-hidden /> Scripts of {whose} run in it.
        <button type="button" className="link-button" onClick={() => grants.revoke(source)}>
          Stop them
        </button>
      </p>
    );
  }
  if (!asked) {
    return (
      <p className="script-notice">
        <ShieldAlert size={14} aria-hidden /> Scripts in this output do not run.
        <button type="button" className="link-button" onClick={() => setAsked(true)}>
          Let them run…
        </button>
      </p>
    );
  }
  return (
    <div className="permission-prompt" role="group" aria-label={`Let scripts of ${whose} run?`}>
      <p className="permission-prompt__text">
        {grants.hasNamesake(source) && (
          <strong>This is not the device of this name whose scripts you allowed before. </strong>
        )}
        Scripts of <strong>{whose}</strong> would run in a closed frame, without your notebooks, your files and what
        this app stores, and they can load nothing. <strong>One way out cannot be closed by a web page:</strong> by
        WebRTC a script can send what this output holds, and this computer’s address, to anybody. Allow it for people
        you trust. This computer remembers it; the notebook does not.
      </p>
      <div className="permission-prompt__answers">
        <Button variant="primary" small onClick={() => grants.allow(source)}>
          {"author" in source ? `Allow scripts of ${whose} in this notebook` : "Allow scripts of this output"}
        </Button>
        <Button variant="secondary" small onClick={() => setAsked(false)}>
          Not now
        </Button>
      </div>
    </div>
  );
}

/** Only who signed the output is called by a name: all else in a document anybody could have written. */
function useWhose(source: ScriptSource): string {
  const { session } = useNotebook();
  const { members } = useReadable(session.access);
  if (!("author" in source)) return "somebody who did not sign it";
  return personName({ peer: source.author, name: source.name, proven: true }, members);
}
