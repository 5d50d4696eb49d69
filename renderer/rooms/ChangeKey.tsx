import { CircleCheck, KeyRound, TriangleAlert } from "lucide-react";
import { useState, type ReactElement } from "react";
import { messageOf } from "#shared/base/errors.ts";
import { useServices } from "../app/Services.tsx";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { closePanel } from "../state/panels.ts";
import { showToast } from "../state/toasts.ts";
import { useReadable } from "../state/useReadable.ts";
import { Button } from "../ui/Button.tsx";
import { leftBehind, leftBehindInWords } from "./leftBehind.ts";

/** For who made the notebook: a new key, so that who was taken out has nothing that opens it any more. */
export function ChangeKey(): ReactElement {
  const { session } = useNotebook();
  const { meshbook, panels, toasts } = useServices();
  const access = useReadable(session.access);
  const peers = useReadable(session.peers);
  const canFollow = useReadable(session.moves.canFollow);
  const [step, setStep] = useState<"idle" | "asked" | "busy">("idle");
  const change = (): void => {
    setStep("busy");
    meshbook.changeKey(session.room).then(
      () => closePanel(panels),
      (error: unknown) => {
        setStep("asked");
        showToast(toasts, messageOf(error), { tone: "bad" });
      },
    );
  };
  if (step === "idle") {
    return (
      <div className="members__key">
        <p className="members__note">Somebody who was taken out still has the link and the key in it.</p>
        <Button variant="secondary" icon={KeyRound} onClick={() => setStep("asked")}>
          Change the key…
        </Button>
      </div>
    );
  }
  const left = leftBehindInWords(leftBehind({ access, peers, canFollow, me: meshbook.peer }));
  return (
    <div
      ref={bringIntoView}
      className="members__key members__key--asked"
      role="group"
      aria-label="Change the key"
      tabIndex={-1}
    >
      <p className="members__note">
        The notebook gets a new key and a new address, for the class host and for direct links. Devices that have opened
        it and may still read it are taken along by the class host, also those that are away now. Links given so far
        lead nowhere, it is not listed in the class any more, and its history begins anew. This cannot be undone.
      </p>
      <div role="status" className={left === undefined ? "notice" : "notice notice--warn"}>
        {left === undefined ? <CircleCheck size={16} aria-hidden /> : <TriangleAlert size={16} aria-hidden />}
        {left === undefined ? (
          <p>Everybody who was here and may stay comes along.</p>
        ) : (
          <p>
            <strong>{left}</strong> The class host has not heard yet how a new key reaches them. Wait until they have
            opened the notebook through it once more, or give them the new link afterwards.
          </p>
        )}
      </div>
      <div className="actions">
        <Button variant="primary" disabled={step === "busy"} onClick={change}>
          {step === "busy" ? "Changing the key…" : "Change the key"}
        </Button>
        <Button variant="secondary" disabled={step === "busy"} onClick={() => setStep("idle")}>
          Keep it
        </Button>
      </div>
    </div>
  );
}

/** The question stands below a list that may be long, and the button that had the focus is gone. */
function bringIntoView(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: "end" });
}
