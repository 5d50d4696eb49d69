import { Suspense, useState, type ReactElement } from "react";
import { QrCode as QrIcon } from "lucide-react";
import { CopyField } from "../ui/CopyField.tsx";
import { Button } from "../ui/Button.tsx";
import { reachOf } from "./reachOf.ts";
import { lazyPart } from "../ui/parts/lazyPart.ts";

const QrCode = lazyPart(async () => (await import("./QrCode.tsx")).QrCode);

export interface InvitationProps {
  readonly label: string;
  readonly link: string;
  /** What one comes to by the link: "this notebook", "the class". */
  readonly to: string;
  /** Shown at once, or only when asked for. */
  readonly shown?: boolean;
}

/** An invitation to be copied, or read from the screen by a camera. */
export function Invitation({ label, link, to, shown = false }: InvitationProps): ReactElement {
  const [open, setOpen] = useState(shown);
  const onlyHere = link !== "" && reachOf(link) === "this-computer";
  return (
    <div className="invitation">
      <CopyField label={label} value={link} />
      {onlyHere ? (
        <p className="invitation__note">
          This address works on this computer only. Start the class host with <code>--host 0.0.0.0</code> to invite
          others.
        </p>
      ) : (
        link !== "" && (
          <>
            <Button small icon={QrIcon} aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? "Hide the code" : "Show a code for cameras"}
            </Button>
            {open && (
              <figure className="invitation__code">
                <Suspense fallback={<div className="skeleton qr" role="img" aria-label="Drawing the code" />}>
                  <QrCode link={link} label={`QR code: the invitation to ${to} that stands above as text`} />
                </Suspense>
                <figcaption>Point a phone or tablet at the code. Whoever can see it can come in.</figcaption>
              </figure>
            )}
          </>
        )
      )}
    </div>
  );
}
