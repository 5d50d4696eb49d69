import type { ReactElement } from "react";

/** Three replicas, each joined to the others. */
export function Mark({ size = 24 }: { readonly size?: number }): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden fill="none">
      <rect width="24" height="24" rx="6" fill="var(--accent-fill)" />
      <path d="M12 7 7 16.5h10L12 7Z" stroke="#fff" strokeOpacity="0.65" strokeWidth="1.5" strokeLinejoin="round" />
      <g fill="#fff">
        <circle cx="12" cy="7" r="2.25" />
        <circle cx="7" cy="16.5" r="2.25" />
        <circle cx="17" cy="16.5" r="2.25" />
      </g>
    </svg>
  );
}
