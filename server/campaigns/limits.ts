/**
 * How large a table of a campaign may be, whether it lies in a folder or is brought to the desk: one limit for both, so
 * that what was taken in can be exported and imported again.
 */
export const MAX_ROWS = 50_000;
export const MAX_MEGABYTES = 16;
export const MAX_BYTES = MAX_MEGABYTES * 1024 * 1024;
