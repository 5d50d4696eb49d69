/** A control whose value is a variable (see control.ts). */
export const CONTROL_MIME = "application/vnd.meshbook.control+json";
