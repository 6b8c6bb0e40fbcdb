/**
 * Remembers what came lately, so that a request played again is known. It holds `most` at a time and lets the oldest
 * go first; only requests with a right signature come here, so a stranger cannot push any out.
 */
export function openSeen(span: number, most = 20_000) {
  const until = new Map<string, number>();
  return {
    /** Notes an id; false where it is known already. */
    note(id: string, now: number): boolean {
      if ((until.get(id) ?? now) > now) return false;
      until.delete(id);
      // The map keeps the order in which ids came, and each stays for the same time: those that are over lie in front.
      for (const [old, end] of until) {
        if (end > now && until.size < most) break;
        until.delete(old);
      }
      until.set(id, now + span);
      return true;
    },
    /** Takes an id back, when what it stood for could not be done and is to be sent again. */
    forget: (id: string): void => void until.delete(id),
  };
}
export type Seen = ReturnType<typeof openSeen>;
