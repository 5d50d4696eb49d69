import { describe, expect, it } from "vitest";
import { isOwnAddress, isPermitted } from "../../../electron/security.ts";

describe("isPermitted", () => {
  it.each([
    "clipboard-sanitized-write",
    "persistent-storage",
    "local-network-access",
    "local-network",
    "loopback-network",
  ])("grants %s to our own page only", (permission) => {
    const ask = (url: string, isMainFrame: boolean) => isPermitted(permission, { url, isMainFrame });
    expect(ask("app://meshbook/n/abc", true)).toBe(true);
    expect(ask("app://meshbook", true)).toBe(true);
    expect(ask("app://meshbook/", false)).toBe(false);
    expect(ask("app://runner/runner.html", true)).toBe(false);
    expect(ask("https://evil.example/app://meshbook/", true)).toBe(false);
    expect(ask("", true)).toBe(false);
    expect(ask("null", true)).toBe(false);
  });

  it.each([
    ...["media", "geolocation", "notifications", "midi", "midiSysex", "pointerLock", "fullscreen", "openExternal"],
    ...["clipboard-read", "deprecated-sync-clipboard-read", "display-capture", "fileSystem", "hid", "serial", "usb"],
    ...["idle-detection", "window-management", "storage-access", "screen-wake-lock", "unknown", "", "constructor"],
  ])("refuses %j also to our own page", (permission) => {
    expect(isPermitted(permission, { url: "app://meshbook/", isMainFrame: true })).toBe(false);
  });
});

describe("isOwnAddress", () => {
  it.each([
    ...["app://meshbook.evil.example/", "app://meshbook@evil.example/", "app://meshbook:80/", "app://MESHBOOK/"],
    ...["app://runner/", "app:meshbook/", "http://meshbook/", "blob:app://meshbook/1", " app://meshbook/"],
  ])("is false for %s", (address) => {
    expect(isOwnAddress(address)).toBe(false);
  });
});
