import { hostname } from "node:os";

/**
 * The name of this machine on its LAN, by which a class host may be called (it checks). For a Chromium started with
 * `LAN_FLAG` it is this machine, whatever the network says, and pages under it are not secure: they come over plain http.
 */
export const LAN_NAME = `${hostname().toLowerCase().split(".")[0] ?? ""}.local`;

export const LAN_FLAG = `--host-resolver-rules=MAP ${LAN_NAME} 127.0.0.1`;
