/** What the hub refused since it started. */
export interface HubCounts {
  /** Frames that cannot be, each of which ended its connection. */
  readonly refusedFrames: number;
  /** Changes of those who may not write. */
  readonly refusedChanges: number;
  /** Devices that were turned away. */
  readonly refusedDevices: number;
  /** Connections that did not read what they were sent. */
  readonly dropped: number;
}

export type HubTally = { -readonly [Name in keyof HubCounts]: HubCounts[Name] };

export const createHubTally = (): HubTally => ({ refusedFrames: 0, refusedChanges: 0, refusedDevices: 0, dropped: 0 });
