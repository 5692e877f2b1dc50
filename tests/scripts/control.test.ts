import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { hasCode } from '../../domain/errors.ts';
import { askOwner, ownDataFolder, type Control } from '../../scripts/control.ts';

let folder: string;
let control: Control | undefined;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aig-'));
});
afterEach(async () => {
  await control?.close();
  control = undefined;
  await rm(folder, { recursive: true, force: true });
});

describe('the owner of a data folder', () => {
  test('answers commands, and says so while it is still starting', async () => {
    control = await ownDataFolder(folder);
    expect(await askOwner(folder, { command: 'queues', options: {} })).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('still starting'),
    });
    control.serve((request) => Promise.resolve({ exit: 0, stdout: `${request.command} é`, stderr: '' }));
    expect(await askOwner(folder, { command: 'queues', options: {} })).toEqual({
      exit: 0,
      stdout: 'queues é',
      stderr: '',
    });
  });

  test('is alone: a second owner is refused', async () => {
    control = await ownDataFolder(folder);
    const error = await ownDataFolder(folder).catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'STORE_SECOND_OWNER')).toBe(true);
  });

  test('that died leaves a socket file nobody is held up by', async () => {
    await writeFile(path.join(folder, 'control.sock'), '');
    control = await ownDataFolder(folder);
    control.serve(() => Promise.resolve({ exit: 0, stdout: 'vivant', stderr: '' }));
    expect(await askOwner(folder, { command: 'x', options: {} })).toMatchObject({ stdout: 'vivant' });
  });

  test('nobody there is not an error: the command opens the store itself', async () => {
    expect(await askOwner(folder, { command: 'queues', options: {} })).toBeUndefined();
  });

  test('a path too long for a socket is refused with its length, not cut', async () => {
    const error = await ownDataFolder(path.join(folder, 'x'.repeat(120))).catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'CONFIG_ENV')).toBe(true);
  });
});
