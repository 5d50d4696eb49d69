import { Download } from "lucide-react";
import type { ReactElement } from "react";
import { formatBytes } from "#shared/base/units.ts";
import type { MediaMime } from "#shared/notebook/output.ts";

export interface MediaOutputProps {
  readonly mime: MediaMime;
  readonly base64: string;
}

/** Sound and film with the browser's own controls; they play when somebody asks them to. */
export function MediaOutput({ mime, base64 }: MediaOutputProps): ReactElement {
  // What a cell makes comes without captions; the text of its other outputs is beside it.
  const shown = { className: "media-output", controls: true, preload: "metadata", src: dataUrl(mime, base64) } as const;
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  if (mime.startsWith("audio/")) return <audio {...shown} aria-label="Sound made by this cell" />;
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  return <video {...shown} aria-label="Film made by this cell" />;
}

/** A document for a program of its own: a viewer inside the page would be a stranger's program in it. */
export function PdfOutput({ base64 }: { readonly base64: string }): ReactElement {
  return (
    <p className="file-output">
      <a className="button button--secondary" href={dataUrl("application/pdf", base64)} download="output.pdf">
        <Download size={16} aria-hidden />
        PDF, {formatBytes((base64.length * 3) / 4)}
      </a>
    </p>
  );
}

const dataUrl = (mime: string, base64: string): string => `data:${mime};base64,${base64.replace(/\s/g, "")}`;
