declare module 'hoodiecrow-imap' {
  export default function hoodiecrow(options: Record<string, unknown>): unknown;
}
