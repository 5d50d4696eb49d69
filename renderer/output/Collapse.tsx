import { useCallback, useState, type ReactElement, type ReactNode } from "react";
import { Button } from "../ui/Button.tsx";

/** Pixels shown of a tall output before one asks for all of it. */
const TALL = 560;
/** A little more than the limit is shown whole: a button for two lines would be silly. */
const SLACK = 80;

/** Cuts what is very tall, with a button that shows all of it. */
export function Collapse({ children }: { readonly children: ReactNode }): ReactElement {
  const [tall, setTall] = useState(false);
  const [open, setOpen] = useState(false);
  const measure = useCallback((element: HTMLDivElement | null) => {
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setTall(element.scrollHeight > TALL + SLACK));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const cut = tall && !open;
  return (
    <div className={cut ? "collapse collapse--cut" : "collapse"}>
      <div className="collapse__clip" style={cut ? { maxHeight: TALL } : undefined}>
        <div ref={measure}>{children}</div>
      </div>
      {tall && (
        <p className="more">
          <Button small variant="secondary" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Show less" : "Show all"}
          </Button>
        </p>
      )}
    </div>
  );
}
