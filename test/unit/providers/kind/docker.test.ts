import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answered } from '../../../../engine/providers/kind/docker.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a call of the engine’s API', () => {
  test('says that no engine answers when there is none, and where it was looked for', async () => {
    const socketPath = join(folder, 'docker.sock');
    const asked = answered('list containers', new Dockerode({ socketPath }).listContainers());
    await expect(asked).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining(socketPath) as string,
    });
  });

  test('hands on what an engine that answers complains about', async () => {
    const socketPath = join(folder, 'docker.sock');
    const engine = createServer((_request, response) => {
      response.writeHead(409, { 'content-type': 'application/json' }).end('{"message":"the name is taken"}');
    }).listen(socketPath);
    const asked = answered('list containers', new Dockerode({ socketPath }).listContainers());
    await expect(asked).rejects.toMatchObject({ statusCode: 409, json: { message: 'the name is taken' } });
    engine.closeAllConnections();
    engine.close();
  });
});
