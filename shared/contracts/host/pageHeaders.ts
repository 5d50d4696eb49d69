// Response headers that make a page safe. Every server of our pages sends these sets and no others of their kind: the
// class host, the service worker that answers when the host is away, and the desktop app's own schemes.

export type HeaderSet = Readonly<Record<string, string>>;

const policy = (...directives: readonly string[]): string => directives.join("; ");

/**
 * The app and its assets. Scripts come from the app alone; WebSockets may go anywhere, because a class can be joined by
 * a link to another host, and so may requests by https, for packages from where the user lets them be loaded. Frames are the runner (`blob:` or `/runner.html`) and HTML outputs (`data:`, `blob:`).
 */
export const APP_HEADERS: HeaderSet = {
  "Content-Security-Policy": policy(
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "media-src 'self' data:",
    "connect-src 'self' ws: wss: https:",
    "worker-src 'self' blob:",
    "frame-src 'self' blob: data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types meshbook",
  ),
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/**
 * The runner frame, in which code written by others runs: an opaque origin by header, so that opening the address
 * directly gives it no more than the frame has, and no network at all. The isolation policy allows shared memory.
 */
export const RUNNER_HEADERS: HeaderSet = {
  "Content-Security-Policy": policy(
    "sandbox allow-scripts",
    "default-src 'none'",
    "script-src 'unsafe-inline' 'unsafe-eval' blob: 'wasm-unsafe-eval'",
    "worker-src blob:",
    // Diagrams are measured as they will look; outputs whose scripts a reader allowed are seen here.
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "media-src data: blob:",
    "font-src data:",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ),
  "Document-Isolation-Policy": "isolate-and-require-corp",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** Bytes that somebody uploaded: never a page, whatever they contain. */
export const BLOB_HEADERS: HeaderSet = {
  "Content-Type": "application/octet-stream",
  "Content-Security-Policy": policy("sandbox", "default-src 'none'"),
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** Origin of the desktop app's page, which is not served by the class host it talks to. */
export const DESKTOP_ORIGIN = "app://meshbook";
