import { ChevronDown } from "lucide-react";
import type { ComponentProps, ReactElement } from "react";

/** The browser's own list: it works on every phone and with every screen reader. It grows with what is around it. */
export function Select({ className = "", ...select }: ComponentProps<"select">): ReactElement {
  return (
    <span className={`select ${className}`}>
      <select {...select} className="field" />
      <ChevronDown size={14} aria-hidden />
    </span>
  );
}
