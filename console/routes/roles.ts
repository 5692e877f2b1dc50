import type { Role } from '../../store/schema.ts';

/** Groups of roles routes declare. A role that is not named in a route may not call it. */

/** Everybody who answers members. */
export const WORKERS: readonly Role[] = ['agent', 'referent', 'supervisor', 'partner'];
/** Those of the caisse itself. */
export const OWN_STAFF: readonly Role[] = ['agent', 'referent', 'supervisor'];
/** Those who answer for the work of others, or check it. */
export const OVERSIGHT: readonly Role[] = ['referent', 'supervisor', 'administrator', 'auditor'];
/** Those who check who did what. */
export const CHECKERS: readonly Role[] = ['administrator', 'auditor'];
/** Those who look at transfers before they leave, and plan the day. */
export const REVIEWERS: readonly Role[] = ['referent', 'supervisor'];
