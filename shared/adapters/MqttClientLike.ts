// What is used of mqtt.js, so that this folder needs neither the package nor Node's types.

export interface MqttModule {
  connect(url: string, options: MqttConnectOptions): MqttClientLike;
}

export interface MqttConnectOptions {
  readonly clientId: string;
  readonly protocolVersion: 4 | 5;
  readonly username?: string;
  readonly password?: string;
  readonly clean: boolean;
  /** Seconds. */
  readonly keepalive: number;
  /** Milliseconds. */
  readonly connectTimeout: number;
  readonly reconnectPeriod: number;
  readonly resubscribe: boolean;
  readonly queueQoSZero: boolean;
  readonly timerVariant: "native";
  readonly wsOptions: { readonly perMessageDeflate: boolean };
  readonly will?: {
    readonly topic: string;
    readonly payload: Uint8Array;
    readonly qos: 1;
    readonly retain: true;
    /** Version 5 only. */
    readonly properties?: { readonly messageExpiryInterval: number };
  };
}

export interface MqttClientLike {
  readonly connected: boolean;
  /** The TCP socket, or a stream around the WebSocket. */
  readonly stream: {
    readonly writableLength?: number;
    setNoDelay?(on: boolean): unknown;
    on(event: "data", listener: () => void): unknown;
  };
  on(event: "connect" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  /** Every packet, also those that are no messages. */
  on(event: "packetreceive", listener: (packet: { readonly cmd: string }) => void): unknown;
  on(event: "message", listener: (topic: string, payload: Uint8Array<ArrayBuffer>) => void): unknown;
  /** Given bytes alone. The package's own types say `Buffer`, which a page does not have; any bytes will do. */
  publish(
    topic: string,
    payload: string | Uint8Array,
    options: { qos: 0 | 1; retain: boolean; properties?: { messageExpiryInterval: number } },
    done: () => void,
  ): unknown;
  subscribe(filters: string[], options: { qos: 1 }, done: (error: unknown) => void): unknown;
  unsubscribe(filter: string, done: () => void): unknown;
  /** PINGREQ; the broker answers by PINGRESP. */
  sendPing(): unknown;
  /** Begins the time anew after which mqtt.js asks, and gives up where no PINGRESP comes. */
  reschedulePing(force: boolean): unknown;
  end(force: boolean, options: object, done: () => void): unknown;
}
