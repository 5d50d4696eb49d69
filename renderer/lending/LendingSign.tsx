import { HandHelping } from "lucide-react";
import type { ReactElement } from "react";
import { useServices } from "../app/Services.tsx";
import { useReadable } from "../state/useReadable.ts";
import { Value } from "#shared/base/value.ts";
import type { LendingView } from "#shared/session/lending/lendingView.ts";
import { lendingInWords } from "./lendingWords.ts";
import { StopLending } from "./LendThis.tsx";

const NEVER = new Value<LendingView>({ state: "off", problem: "" });

/** Stands on every page as long as this computer is lent, with the way to stop it. */
export function LendingSign(): ReactElement | undefined {
  const { lending } = useServices().meshbook;
  const view = useReadable(lending?.view ?? NEVER);
  if (lending === undefined || view.state === "off") return undefined;
  return (
    <aside className="lending-sign" aria-label="This computer is lent">
      <HandHelping size={16} aria-hidden />
      <span>{lendingInWords(view)}</span>
      <StopLending lender={lending} />
    </aside>
  );
}
