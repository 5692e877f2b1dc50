import { describe, expect, test } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { addressOf, networkOf } from '../../console/auth/address.ts';
import { createGate } from '../../console/auth/gate.ts';
import { fromOwnOrigin, ownOrigins } from '../../console/auth/origin.ts';
import { hashPassword, verifyPassword } from '../../console/auth/password.ts';
import { hasCode } from '../../domain/errors.ts';

const PASSWORD = 'un mot de passe de service';

describe('passwords', () => {
  test('only the right one fits, however it was typed', async () => {
    const stored = await hashPassword('clé-très-longue');
    expect(stored).toMatch(/^scrypt\$15\$8\$1\$/);
    expect(await verifyPassword('clé-très-longue', stored)).toBe(true);
    // The same letters as another system types them: base letter and accent apart.
    expect(await verifyPassword('clé-très-longue'.normalize('NFD'), stored)).toBe(true);
    expect(await verifyPassword('cle-tres-longue', stored)).toBe(false);
    expect(await verifyPassword('', undefined)).toBe(false);
  });

  test('two hashes of one password differ, and a short one is refused', async () => {
    expect(await hashPassword(PASSWORD)).not.toBe(await hashPassword(PASSWORD));
    const error = await hashPassword('court').catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'BAD_INPUT')).toBe(true);
  });
});

describe('the gate in front of the hashes', () => {
  test('runs two at once, lets three wait in order, and turns the others away', async () => {
    const gate = createGate(2, 3);
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const all = Array.from({ length: 7 }, (_, i) =>
      gate(() => {
        started.push(i);
        return new Promise<number>((resolve) => ends.push(() => resolve(i)));
      }).catch((error: unknown) => hasCode(error, 'TOO_BUSY')),
    );
    expect(await Promise.all(all.slice(5))).toEqual([true, true]);
    expect(started).toEqual([0, 1]);
    for (let i = 0; i < 5; i += 1) {
      ends[i]!();
      expect(await all[i]).toBe(i);
    }
    expect(started).toEqual([0, 1, 2, 3, 4]);
    // Also an error gives its place back.
    await expect(gate(() => Promise.reject(new Error('wanted')))).rejects.toThrow('wanted');
    expect(await gate(() => Promise.resolve('free'))).toBe('free');
  });
});

describe('where a write may come from', () => {
  const own = ownOrigins('https://desk.cpam.example');
  test.each([
    [{ origin: 'https://desk.cpam.example' }, true],
    [{ origin: 'https://desk.cpam.example', 'sec-fetch-site': 'same-origin' }, true],
    [{}, true],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'http://desk.cpam.example' }, false],
    [{ origin: 'https://desk.cpam.example:8443' }, false],
    [{ origin: 'null' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ origin: 'https://desk.cpam.example', 'sec-fetch-site': 'cross-site' }, false],
  ])('%j: %s', (headers, allowed) => expect(fromOwnOrigin(headers, own)).toBe(allowed));
});

describe('addresses failed attempts are counted by', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:0DB8:0:00ab:1::', '2001:db8:0:ab'],
    ['::1', '0:0:0:0'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4'],
  ])('%s is counted as %s', (ip, network) => expect(networkOf(ip)).toBe(network));

  test('behind a proxy nobody declared, attempts are not counted by its address', async () => {
    const request = { ip: '10.0.0.1', headers: { 'x-forwarded-for': '192.0.2.7' } } as unknown as FastifyRequest;
    expect(addressOf(request, {})).toBeUndefined();
    expect(addressOf({ ...request, headers: {} } as FastifyRequest, {})).toBe('10.0.0.1');
    expect(addressOf(request, { sign_in: { local: true, trusted_proxies: ['10.0.0.1'] } })).toBe('10.0.0.1');
  });
});
