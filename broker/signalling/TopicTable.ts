import type { Addressing } from "./signallingMessage.ts";

/** Most topics one connection may be subscribed to: notebooks open at a time, with room to spare. */
export const TOPICS_PER_CONNECTION = 256;
/** Most connections in one topic. A full mesh is long out of reach there. */
export const CONNECTIONS_PER_TOPIC = 500;
/** Most peer ids one connection may speak for in one topic: one, and the next ones after the page was reloaded. */
const PEERS_PER_CONNECTION = 8;

interface Topic<Connection> {
  readonly connections: Set<Connection>;
  /** Which connection a peer id speaks on; `undefined` = two claimed it, so it is nobody's. */
  readonly peers: Map<string, Connection | undefined>;
}

/** Who is in which topic, and on which connection a peer is reached. */
export class TopicTable<Connection> {
  readonly #topics = new Map<string, Topic<Connection>>();
  readonly #subscriptions = new Map<Connection, Set<string>>();

  /** Beyond a limit, the subscription is ignored. */
  subscribe(connection: Connection, name: string): void {
    const names = this.#subscriptions.get(connection) ?? new Set();
    const topic = this.#topics.get(name) ?? { connections: new Set(), peers: new Map() };
    if (names.size >= TOPICS_PER_CONNECTION || topic.connections.size >= CONNECTIONS_PER_TOPIC) return;
    this.#subscriptions.set(connection, names.add(name));
    topic.connections.add(connection);
    this.#topics.set(name, topic);
  }

  unsubscribe(connection: Connection, name: string): void {
    this.#subscriptions.get(connection)?.delete(name);
    const topic = this.#topics.get(name);
    if (topic === undefined) return;
    topic.connections.delete(connection);
    for (const [peer, owner] of topic.peers) if (owner === connection) topic.peers.delete(peer);
    if (topic.connections.size === 0) this.#topics.delete(name);
  }

  remove(connection: Connection): void {
    for (const name of this.#subscriptions.get(connection) ?? []) this.unsubscribe(connection, name);
    this.#subscriptions.delete(connection);
  }

  /** How many are in the topic. */
  size(name: string): number {
    return this.#topics.get(name)?.connections.size ?? 0;
  }

  /**
   * Who must get what `sender` publishes. A signal whose addressee is known goes to it alone; all else goes to everybody,
   * the sender included, as stock servers do.
   */
  receivers(name: string, sender: Connection, addressing: Addressing): readonly Connection[] {
    const topic = this.#topics.get(name);
    if (topic === undefined) return [];
    if (addressing.from !== undefined) claimPeer(topic, addressing.from, sender);
    const addressee = addressing.to === undefined ? undefined : topic.peers.get(addressing.to);
    return addressee === undefined ? [...topic.connections] : [addressee];
  }
}

/** The first to use a peer id has it. A second one makes it nobody's: an impostor must not get another's signals. */
function claimPeer<Connection>(topic: Topic<Connection>, peer: string, connection: Connection): void {
  if (!topic.connections.has(connection)) return;
  if (topic.peers.has(peer)) {
    if (topic.peers.get(peer) !== connection) topic.peers.set(peer, undefined);
    return;
  }
  const own = [...topic.peers.values()].filter((owner) => owner === connection);
  if (own.length < PEERS_PER_CONNECTION) topic.peers.set(peer, connection);
}
