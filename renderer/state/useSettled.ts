import { useEffect, useState } from "react";

/**
 * True once `value` has been true for `delay` milliseconds, false at once when it is not. Words that must never lie,
 * such as "Saved on this computer", may come late but go instantly; so they do not flicker while somebody types.
 */
export function useSettled(value: boolean, delay: number): boolean {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (!value) return;
    const timer = setTimeout(() => setSettled(true), delay);
    return () => {
      clearTimeout(timer);
      setSettled(false);
    };
  }, [value, delay]);
  return value && settled;
}
