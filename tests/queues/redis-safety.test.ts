import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { hasCode } from '../../domain/errors.ts';
import { requireSafeRedis } from '../../queues/redis-safety.ts';

let server: ChildProcess | undefined;
let client: Redis | undefined;
let folder: string | undefined;
afterEach(async () => {
  client?.disconnect();
  if (server !== undefined) {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function redis(...args: string[]): Promise<Redis> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  folder = await mkdtemp(path.join(tmpdir(), 'aig-redis-'));
  server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...args],
    { stdio: 'ignore' },
  );
  client = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null });
  client.on('error', () => {});
  await client.ping();
  return client;
}

describe('the Redis behind the queues', () => {
  test('that may evict jobs stops the start, with setting, value and expectation', async () => {
    const error = await requireSafeRedis(await redis('--maxmemory-policy', 'allkeys-lru', '--appendonly', 'yes')).catch(
      (thrown: unknown) => thrown,
    );
    expect(hasCode(error, 'QUEUE_REDIS_UNSAFE')).toBe(true);
    expect((error as Error).message).toContain('maxmemory-policy is allkeys-lru, expected noeviction');
  });

  test('without AOF is named and let through: the database rebuilds the queues', async () => {
    const findings = await requireSafeRedis(await redis('--maxmemory-policy', 'noeviction', '--appendonly', 'no'));
    expect(findings).toEqual([{ fatal: false, setting: 'appendonly', seen: 'no', expected: 'yes' }]);
  });

  test('set up as compose.yaml does has nothing to say', async () => {
    expect(await requireSafeRedis(await redis('--maxmemory-policy', 'noeviction', '--appendonly', 'yes'))).toEqual([]);
  });
});
