// Loaded when a code is first shown.

import type { ReactElement } from "react";
import { qrPath } from "./qrPath.ts";

/** A link as a code to be read by a camera. Black on white in every theme: many readers do not know the inverse. */
export function QrCode({ link, label }: { readonly link: string; readonly label: string }): ReactElement {
  const { size, path } = qrPath(link);
  return (
    <svg className="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
      <rect className="qr__paper" width={size} height={size} />
      <path className="qr__ink" d={path} />
    </svg>
  );
}
