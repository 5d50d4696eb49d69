import type { ReactElement } from "react";
import type { PeerColor } from "#shared/presence/presence.ts";
import { initials } from "./initials.ts";

export interface AvatarProps {
  readonly name: string;
  readonly color: PeerColor;
  readonly small?: boolean;
}

/** A person as a disc with initials. The name beside it, or its parent's label, is what screen readers say. */
export function Avatar({ name, color, small = false }: AvatarProps): ReactElement {
  return (
    <span
      className={`avatar peer--${color} ${small ? "avatar--small" : ""}`}
      data-initials={initials(name)}
      aria-hidden
    />
  );
}
