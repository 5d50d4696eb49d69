import { Check, Copy } from "lucide-react";
import { useEffect, useId, useRef, useState, type ReactElement } from "react";
import { useServices } from "../app/Services.tsx";
import { Button } from "./Button.tsx";

/** Milliseconds that "Copied" is shown. */
const COPIED_TIME = 2_000;

export interface CopyFieldProps {
  readonly label: string;
  readonly value: string;
}

/** Text to be given to others. Where the browser refuses to copy, it is selected for copying by hand. */
export function CopyField({ label, value }: CopyFieldProps): ReactElement {
  const { meshbook } = useServices();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const [copied, setCopied] = useState<boolean>();
  useEffect(() => {
    if (copied !== true) return;
    const timer = setTimeout(() => setCopied(undefined), COPIED_TIME);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    const done = await meshbook.host.copyText(value);
    setCopied(done);
    if (!done) field.current?.select();
  };
  return (
    <div className="copy-field">
      <label htmlFor={id}>{label}</label>
      <div className="row">
        <input
          ref={field}
          id={id}
          className="field"
          readOnly
          value={value}
          onFocus={(event) => event.target.select()}
        />
        <Button
          variant="secondary"
          disabled={value === ""}
          icon={copied === true ? Check : Copy}
          onClick={() => void copy()}
        >
          {copied === true ? "Copied" : "Copy"}
        </Button>
      </div>
      <span role="status" className={copied === false ? "copy-field__help" : "visually-hidden"}>
        {copied === false ? "The browser does not allow copying here. Press Ctrl-C." : copied === true ? "Copied" : ""}
      </span>
    </div>
  );
}
