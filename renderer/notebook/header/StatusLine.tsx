import { Check, CircleAlert, CircleDashed } from "lucide-react";
import { useMemo, useRef, useState, type ReactElement } from "react";
import { useReadable } from "../../state/useReadable.ts";
import { PopoverLazy } from "../../ui/menu/PopoverLazy.tsx";
import { useNotebook } from "../services/NotebookContext.tsx";
import { CalmStatus } from "./CalmStatus.ts";
import { StatusDetails } from "./StatusDetails.tsx";
import type { StatusWord } from "./statusWords.ts";

const ICONS = { good: Check, wait: CircleDashed, bad: CircleAlert } as const;

/** Where the document is, in the three phrases; each only while it is true. More behind it. */
export function StatusLine(): ReactElement {
  const { session } = useNotebook();
  const words = useReadable(useMemo(() => new CalmStatus(session.sync), [session]));
  const [open, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={trigger}
        type="button"
        className="status"
        aria-haspopup="dialog"
        aria-expanded={open}
        data-tip="Where this notebook is kept"
        onClick={() => setOpen(!open)}
      >
        {words.map((word) => (
          <Word key={word.id} word={word} />
        ))}
      </button>
      {open && (
        <PopoverLazy trigger={trigger} label="Where this notebook is kept" align="start" onClose={() => setOpen(false)}>
          <StatusDetails />
        </PopoverLazy>
      )}
    </>
  );
}

function Word({ word }: { readonly word: StatusWord }): ReactElement {
  const Icon = ICONS[word.tone];
  return (
    <span className={`status__word status__word--${word.tone} status__word--${word.id}`}>
      <Icon size={12} aria-hidden strokeWidth={2.25} />
      <span className="status__text">{word.text}</span>
    </span>
  );
}
