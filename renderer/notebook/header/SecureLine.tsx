import type { ReactElement } from "react";
import { SECURE_PATH } from "#shared/doctor/judgeOrigin.ts";

/** Says what a page on plain http cannot do, where the browser takes it for insecure; nothing elsewhere. */
export function SecureLine({
  secure = globalThis.isSecureContext,
}: {
  readonly secure?: boolean;
}): ReactElement | null {
  if (secure) return null;
  return (
    <p>
      This page comes by plain http, so it cannot start without the network or be installed.{" "}
      <a href={SECURE_PATH} target="_blank" rel="noreferrer">
        What to do about it
      </a>
    </p>
  );
}
