import type { Redis } from 'ioredis';
import { AiguillageError } from '../domain/errors.ts';

/** One finding about the Redis behind the queues. `fatal` stops the start: jobs could be lost silently. */
export interface RedisFinding {
  readonly fatal: boolean;
  readonly setting: string;
  readonly seen: string;
  readonly expected: string;
}

/**
 * Looks at the settings that decide whether Redis may lose jobs: eviction, persistence, version. Managed servers often
 * refuse CONFIG GET; then INFO is asked, and what cannot be known is reported, not fatal.
 */
export async function inspectRedis(redis: Redis): Promise<RedisFinding[]> {
  const findings: RedisFinding[] = [];
  const info = parseInfo(await redis.info());
  const policy = (await config(redis, 'maxmemory-policy')) ?? info.get('maxmemory_policy');
  if (policy !== 'noeviction') {
    findings.push({
      fatal: policy !== undefined,
      setting: 'maxmemory-policy',
      seen: policy ?? 'unknown',
      expected: 'noeviction',
    });
  }
  const aof =
    (await config(redis, 'appendonly')) ??
    (info.get('aof_enabled') === '1' ? 'yes' : info.get('aof_enabled') === '0' ? 'no' : undefined);
  if (aof !== 'yes') {
    // The database rebuilds the queues (law 2): without AOF a restart costs a sweep, not a mail.
    findings.push({ fatal: false, setting: 'appendonly', seen: aof ?? 'unknown', expected: 'yes' });
  }
  const major = Number((info.get('redis_version') ?? '0').split('.')[0]);
  if (major > 0 && major < 6)
    findings.push({ fatal: true, setting: 'redis_version', seen: String(major), expected: '6.2 or newer' });
  return findings;
}

/** @throws AiguillageError QUEUE_REDIS_UNSAFE when a finding is fatal. @returns the others, to be logged. */
export async function requireSafeRedis(redis: Redis): Promise<RedisFinding[]> {
  const findings = await inspectRedis(redis);
  const fatal = findings.filter((finding) => finding.fatal);
  if (fatal.length > 0) {
    throw new AiguillageError(
      'QUEUE_REDIS_UNSAFE',
      fatal.map((f) => `${f.setting} is ${f.seen}, expected ${f.expected}`).join('; '),
    );
  }
  return findings;
}

async function config(redis: Redis, name: string): Promise<string | undefined> {
  try {
    const answer = (await redis.config('GET', name)) as string[];
    return answer[1];
  } catch {
    return undefined;
  }
}

function parseInfo(text: string): Map<string, string> {
  return new Map(
    text
      .split('\n')
      .map((line) => line.trim().split(':') as [string, string])
      .filter(([, value]) => value !== undefined),
  );
}
