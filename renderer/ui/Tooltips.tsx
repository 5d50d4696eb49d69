import { useEffect, useState, type ReactElement } from "react";
import { Keys } from "./Keys.tsx";

/** Milliseconds the pointer must rest: a hand on its way must not light up every button. */
const DELAY = 500;
/** Pixels between a control and its tip. */
const GAP = 6;

interface Tip {
  readonly text: string;
  readonly keys: string | undefined;
  readonly x: number;
  readonly y: number;
  readonly above: boolean;
}

/** One tooltip for the page: shows the `data-tip` and `data-keys` of what is pointed at or has keyboard focus. */
export function Tooltips(): ReactElement | undefined {
  const [tip, setTip] = useState<Tip>();
  useEffect(() => watchTips(setTip), []);
  if (tip === undefined) return undefined;
  const { text, keys, x, y, above } = tip;
  return (
    // Said already by the control's own name; Escape and any press take it away (watchTips).
    <div className="tip" aria-hidden style={{ left: x, top: y, translate: `-50% ${above ? "-100%" : "0"}` }}>
      {text}
      {keys !== undefined && <Keys keys={keys} />}
    </div>
  );
}

function watchTips(show: (tip: Tip | undefined) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hide = (): void => {
    clearTimeout(timer);
    show(undefined);
  };
  const point = (event: Event): void => {
    hide();
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-tip]") : undefined;
    if (target === null || target === undefined) return;
    if (event.type === "focusin" && !target.matches(":focus-visible")) return;
    timer = setTimeout(() => show(target.isConnected ? tipOf(target) : undefined), DELAY);
  };
  const ends = new AbortController();
  const { signal } = ends;
  document.addEventListener("pointerover", point, { signal });
  document.addEventListener("focusin", point, { signal });
  for (const type of ["pointerdown", "keydown", "scroll", "focusout"]) {
    document.addEventListener(type, hide, { signal, capture: true });
  }
  return () => {
    ends.abort();
    clearTimeout(timer);
  };
}

function tipOf(target: HTMLElement): Tip {
  const box = target.getBoundingClientRect();
  const above = box.bottom + 40 > window.innerHeight;
  const margin = 72;
  const middle = box.left + box.width / 2;
  return {
    text: target.dataset["tip"] ?? "",
    keys: target.dataset["keys"],
    x: Math.min(Math.max(middle, margin), window.innerWidth - margin),
    y: above ? box.top - GAP : box.bottom + GAP,
    above,
  };
}
