import { describe, expect, it } from "vitest";
import { decideNavigation, decideWindow, outsideUrl } from "../../../electron/navigation.ts";

const page = (url: string) => decideNavigation({ url, isMainFrame: true });
const frame = (url: string) => decideNavigation({ url, isMainFrame: false });

describe("decideNavigation of the page", () => {
  it("allows places in the app", () => {
    expect(page("app://meshbook/")).toEqual({ type: "allow" });
    expect(page("app://meshbook/n/0123456789abcdefghijkl#k=secret")).toEqual({ type: "allow" });
  });

  it("gives web and mail links to the system", () => {
    expect(page("https://jupyter.org/a?b=c#d")).toEqual({ type: "outside", url: "https://jupyter.org/a?b=c#d" });
    expect(page("mailto:ana@school.example?subject=Lab%201")).toEqual({
      type: "outside",
      url: "mailto:ana@school.example?subject=Lab%201",
    });
  });

  it.each([
    ...[
      "app://runner/runner.html",
      "app://evil/",
      "file:///etc/passwd",
      "file://server/share/a.exe",
      "http://a.example/",
    ],
    ...["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,<script>1</script>"],
    ...[
      "blob:app://meshbook/1",
      "about:blank",
      "devtools://devtools/bundled/a.html",
      "chrome://gpu",
      "view-source:app://meshbook/",
    ],
    ...[
      "smb://evil/share",
      "ms-msdt:/id",
      "search-ms:query=a",
      "vscode://a",
      "ssh://-oProxyCommand=calc",
      "intent://a",
      "",
    ],
  ])("denies %j", (url) => {
    expect(page(url)).toEqual({ type: "deny" });
  });
});

describe("decideNavigation of a frame", () => {
  it.each([
    ...["about:blank", "about:srcdoc", "app://runner/runner.html"],
    ...["blob:app://meshbook/6f2c", "data:text/html,<p>output</p>"],
  ])("allows what the page puts into frames: %s", (url) => {
    expect(frame(url)).toEqual({ type: "allow" });
  });

  it.each([
    ...[
      "https://evil.example/?secret",
      "mailto:evil@evil.example?body=secret",
      "http://192.168.1.1/",
      "file:///etc/passwd",
    ],
    ...[
      "app://meshbook/",
      "app://meshbook/runner.html",
      "app://runner/",
      "app://runner/other.html",
      "app://runner.evil/runner.html",
    ],
    ...[
      "app://runner/runner.html?x",
      "blob:null/6f2c",
      "blob:https://evil.example/1",
      "javascript:alert(1)",
      "about:config",
      "",
    ],
  ])("denies %j, and never hands it outside", (url) => {
    expect(frame(url)).toEqual({ type: "deny" });
  });
});

describe("decideWindow", () => {
  it("opens nothing in the app, not even its own page", () => {
    expect(decideWindow("app://meshbook/")).toEqual({ type: "deny" });
    expect(decideWindow("about:blank")).toEqual({ type: "deny" });
    expect(decideWindow("https://a.example/")).toEqual({ type: "outside", url: "https://a.example/" });
  });
});

describe("outsideUrl", () => {
  it("gives the address as the parser wrote it, so that nothing can be hidden in its spelling", () => {
    expect(outsideUrl("HTTPS://a.example\\@evil.example")).toBe("https://a.example/@evil.example");
    expect(outsideUrl('https://a.example/" & calc & "')).toBe("https://a.example/%22%20&%20calc%20&%20%22");
    expect(outsideUrl("  https://a.example/\n")).toBe("https://a.example/");
  });

  it.each([
    ...[
      "https://bank.example@evil.example/",
      "https://:secret@evil.example/",
      "https://",
      "https:",
      "not a link",
      "//a.example",
    ],
    ...[
      "mailto:a@b.example?attach=/etc/passwd",
      "mailto:a@b.example?Attachment=c",
      "mailto:a@b.example?subject=a&bcc=evil@evil.example",
    ],
  ])("refuses %s", (address) => {
    expect(outsideUrl(address)).toBeUndefined();
  });

  it("refuses an address longer than systems take, also when it grows by being parsed", () => {
    expect(outsideUrl(`https://a.example/${"a".repeat(1900)}`)).toBeDefined();
    expect(outsideUrl(`https://a.example/${"a".repeat(2000)}`)).toBeUndefined();
    expect(outsideUrl(`https://a.example/${" b".repeat(900)}`)).toBeUndefined();
  });
});
