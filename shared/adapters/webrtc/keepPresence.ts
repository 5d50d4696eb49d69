import type { Awareness } from "y-protocols/awareness";
import { LINK_FIELD, RELAY_FIELD } from "./mesh/MeshKeeper.ts";
import type { YWebrtcRoom } from "./yWebrtc.ts";

/** y-webrtc removes our presence from everywhere when it leaves; only the links are to go. To be called before it does. */
export function keepPresence(room: YWebrtcRoom, awareness: Awareness): void {
  awareness.off("update", room._awarenessUpdateHandler);
  const nobody = { states: new Map(), meta: new Map(), clientID: awareness.clientID, on: () => {}, off: () => {} };
  room.awareness = { ...nobody, getStates: () => new Map(), emit: () => {} };
  const state = awareness.getLocalState();
  if (state === null) return;
  const left = Object.entries(state).filter(([field]) => field !== LINK_FIELD && field !== RELAY_FIELD);
  awareness.setLocalState(Object.fromEntries(left));
}
