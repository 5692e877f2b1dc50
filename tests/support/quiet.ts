import pino from 'pino';

/** A logger that says nothing; set TEST_LOG=debug to read along. */
export const quiet = pino({ level: process.env['TEST_LOG'] ?? 'silent' }, pino.destination({ dest: 2, sync: true }));
