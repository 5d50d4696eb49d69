import { useEffect, useState, type RefObject } from "react";
import { useNotebook } from "../../../notebook/services/NotebookContext.tsx";

/** True while the element is on the screen or near it. */
export function useNear(element: RefObject<Element | null>): boolean {
  const { nearness } = useNotebook();
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (element.current === null) return;
    return nearness.watch(element.current, setNear);
  }, [element, nearness]);
  return near;
}
