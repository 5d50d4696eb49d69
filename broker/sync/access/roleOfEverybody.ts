import type { RoomId } from "#shared/base/ids.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { Role } from "#shared/rooms/access/role.ts";
import type { AccessFiles } from "./AccessFiles.ts";
import { RoomAccess } from "./RoomAccess.ts";

/** What somebody may do in a room who does not prove who they are: whoever asks over plain http. */
export async function roleOfEverybody(files: AccessFiles, room: RoomId, logger: Logger): Promise<Role> {
  const access = new RoomAccess({ room, files, logger });
  await access.load();
  return access.roleOf(undefined);
}
