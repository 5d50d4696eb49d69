// `/secure`: what plain http on a network cannot do, and what to do about it; and the host's own certificate to trust.

import type { IncomingMessage, ServerResponse } from "node:http";
import { LOST_WITHOUT_SECURE, SECURE_PATH } from "#shared/doctor/judgeOrigin.ts";
import type { HostTls } from "../tls/HostTls.ts";

export const CERTIFICATE_PATH = "/certificate.pem";

const HEADERS = {
  "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
} as const;

export class SecurePages {
  readonly #tls: HostTls | undefined;

  /** `tls`: undefined for a host on plain http. */
  constructor(tls: HostTls | undefined) {
    this.#tls = tls;
  }

  /** Answers a GET or HEAD for one of these pages; false for any other path. */
  serve(path: string, { method }: IncomingMessage, response: ServerResponse): boolean {
    const tls = this.#tls;
    const send = (type: string, body: string): true => {
      response.writeHead(200, { ...HEADERS, "Content-Type": type });
      response.end(method === "HEAD" ? undefined : body);
      return true;
    };
    if (path === SECURE_PATH) return send("text/html; charset=utf-8", pageOf(tls));
    if (path !== CERTIFICATE_PATH || tls?.isOwn !== true) return false;
    response.setHeader("Content-Disposition", 'attachment; filename="meshbook-class-host.pem"');
    return send("application/x-pem-file", tls.credentials.cert);
  }
}

function pageOf(tls: HostTls | undefined): string {
  const body = tls === undefined ? PLAIN : tls.isOwn ? ownPage(tls) : GIVEN;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Secure pages – Meshbook</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 0 auto; padding: 1.5rem; }
code { overflow-wrap: anywhere; }
</style>
</head>
<body>
<h1>Secure pages</h1>
${body}
<p><a href="/">Back to the class</a></p>
</body>
</html>
`;
}

const LOST = `<ul>\n${LOST_WITHOUT_SECURE.map((what) => `<li>${what}</li>`).join("\n")}\n</ul>`;

const PLAIN = `<p>This class host is reached by plain http. Browsers take such a page for secure only on the host's own computer. On
every other computer it works, edits are synced and cells run, but the page cannot</p>
${LOST}
<p>Whoever is on the same network can also read and change what goes between it and the host, the app itself included.</p>
<h2>What the person who runs the host can do</h2>
<ul>
<li>Start it with <code>meshbook serve --host 0.0.0.0 --tls</code>. It then makes a certificate of its own, and this page
says how to trust it.</li>
<li>Or give it a certificate that browsers trust already: <code>--tls-cert FILE --tls-key FILE</code>.</li>
</ul>
<h2>What you can do</h2>
<ul>
<li>Use the desktop app, whose pages are always secure.</li>
<li>Or go on as it is: download a copy of what matters before you leave.</li>
</ul>`;

const GIVEN = `<p>This class host has a certificate of its school or its owner. If your browser opened this page without a warning,
there is nothing to do. If it warned, open the class under the name that its link has.</p>`;

const ownPage = (
  tls: HostTls,
): string => `<p>This class host made its certificate itself. Nobody has vouched for it, so your
browser warns before it opens the class. There are two ways on.</p>
<h2>Pass the warning</h2>
<p>Choose <em>Advanced</em>, then <em>Proceed</em> or <em>Accept the risk</em>. What you send is encrypted, but the first
time you cannot know that it is this host that answers: compare the fingerprint below with the one that the host's
screen shows. Chrome and Edge still do not start the page offline and do not install it after a passed warning.</p>
<h2>Trust the certificate</h2>
<p>Everything works then, without a warning. It can vouch for this class host and for no other page. When the host gets new
addresses or a year has passed it makes a new one, which must be trusted again.</p>
<ol>
<li><a href="${CERTIFICATE_PATH}" download>Download the certificate</a>.</li>
<li>Compare its SHA-256 fingerprint with the one that the host printed when it started:<br>
<code>${tls.facts?.fingerprint ?? ""}</code></li>
<li>Add it to what your computer trusts:
<ul>
<li>Windows: rename it to end in <code>.crt</code>, open it, <em>Install Certificate</em>, <em>Current User</em>,
<em>Trusted Root Certification Authorities</em>.</li>
<li>macOS: open it in <em>Keychain Access</em>, then open its entry and set <em>Trust</em> to <em>Always Trust</em>.</li>
<li>Linux with Chrome: <code>certutil -d sql:$HOME/.pki/nssdb -A -t P,, -n meshbook -i meshbook-class-host.pem</code></li>
<li>Firefox keeps its own list: pass the warning once, which is enough there.</li>
<li>Phones and tablets mostly refuse a certificate of this kind: pass the warning.</li>
</ul></li>
<li>Close the browser and open the class again.</li>
</ol>
<p>Agents on other computers need it too:
<code>NODE_EXTRA_CA_CERTS=meshbook-class-host.pem meshbook agent --join LINK</code></p>
<p>When the class is over, remove it again from the same place.</p>`;
