/** What campaigners may do, from the least: look at figures, change a campaign, decide over it and who works on it. */
export const ROLES = ['viewer', 'editor', 'owner'] as const;
export type Role = (typeof ROLES)[number];

export function isRole(text: string | undefined): text is Role {
  return ROLES.some((role) => role === text);
}

/** The greater of the role somebody has for the whole installation and the one they have here; null for neither. */
export function greaterRole(everywhere: Role | null, here: Role | null): Role | null {
  return ROLES.findLast((role) => role === everywhere || role === here) ?? null;
}

/** Whether `role` may do what asks for `needed`. */
export function mayAct(role: Role | null, needed: Role): boolean {
  return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
