import type { Session, WebContents } from "electron";
import { decideNavigation, decideWindow, type NavigationDecision } from "./navigation.ts";
import { isPermitted, WEBRTC_POLICY } from "./security.ts";

/**
 * Holds any contents, whoever made it, to the rules of `navigation.ts`. `openOutside` gets addresses that were checked
 * and cannot fail.
 */
export function guardContents(contents: WebContents, openOutside: (url: string) => void): void {
  const follow = (decision: NavigationDecision): void => {
    if (decision.type === "outside") openOutside(decision.url);
  };
  const decide = (event: { preventDefault(): void; url: string; isMainFrame: boolean }): void => {
    const decision = decideNavigation(event);
    if (decision.type !== "allow") event.preventDefault();
    follow(decision);
  };
  // This event comes for the page and for its frames alike; `will-navigate` would come for the page a second time.
  contents.on("will-frame-navigate", decide);
  contents.on("will-redirect", decide);
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    follow(decideWindow(url));
    return { action: "deny" };
  });
  contents.setWebRTCIPHandlingPolicy(WEBRTC_POLICY.anyOther);
}

/** Electron's own default grants every permission to everybody. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl, isMainFrame }) =>
    answer(isPermitted(permission, { url: requestingUrl, isMainFrame })),
  );
  session.setPermissionCheckHandler((_contents, permission, origin, { requestingUrl, isMainFrame }) =>
    isPermitted(permission, { url: requestingUrl ?? origin, isMainFrame }),
  );
  session.setDevicePermissionHandler(() => false);
  // The page saves through the save dialog. What else starts a download is an output or a dropped link.
  session.on("will-download", (event) => event.preventDefault());
}
