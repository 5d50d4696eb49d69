import { hostname, networkInterfaces } from "node:os";

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "::1"];

/** Whether a listening address is one that only this computer can reach. */
export function isLoopback(address: string): boolean {
  return LOOPBACK_NAMES.includes(address) || /^127(\.\d{1,3}){3}$/.test(address);
}

/** Whether a listening address means every interface. */
export function isAnyAddress(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/** This computer's addresses on its networks, those of private networks first: the ones that a class can reach. */
export function lanAddresses(): readonly string[] {
  const addresses = ownAddresses().filter((address) => address.includes(".") && !isLoopback(address));
  const reachable = addresses.filter((address) => !address.startsWith("169.254."));
  return [...reachable].sort((one, other) => rank(one) - rank(other));
}

/** Home and school networks first, addresses that look like a container bridge or the outside last. */
function rank(address: string): number {
  if (address.startsWith("192.168.")) return 0;
  if (address.startsWith("10.")) return 1;
  return /^172\.(1[6-9]|2\d|3[01])\./.test(address) ? 2 : 3;
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map((entry) => entry.address));
}

/** Every name under which a page may ask for this host. Asked anew each time: a laptop changes networks. */
export function ownHostNames(): ReadonlySet<string> {
  const own = hostname().toLowerCase();
  const short = own.split(".")[0] ?? own;
  return new Set(
    [...LOOPBACK_NAMES, ...ownAddresses(), own, short, `${short}.local`].map((name) => name.toLowerCase()),
  );
}
