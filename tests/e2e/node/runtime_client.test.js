/** What a caller gets when no runtime answers, and when the call itself is refused. */

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';

import grpc from '@grpc/grpc-js';

import { CallRefused, RuntimeClient } from './runtime_client.js';

const WHEN_UNREACHABLE = { TRIGGER_POST_LOGIN: 'go-on', TRIGGER_PRE_USER_REGISTRATION: 'deny' };

/** A port of loopback on which nobody listens. */
async function findClosedPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => { server.once('listening', resolve); });
  const { port } = server.address();
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

test('an unreachable runtime is answered as chosen for the trigger, without commands', async (t) => {
  const client = new RuntimeClient(`127.0.0.1:${await findClosedPort()}`, 'ak', {
    whenUnreachable: WHEN_UNREACHABLE, timeoutMs: 3000,
  });
  t.after(() => client.close());
  const login = await client.run('TRIGGER_POST_LOGIN', { user: { user_id: 'a' } }, 'LOGIN_FLOW_INTERACTIVE');
  const registration = await client.run('TRIGGER_PRE_USER_REGISTRATION', {}, 'LOGIN_FLOW_INTERACTIVE');
  assert.deepEqual([login.decision, login.commands, login.reached], ['DECISION_CONTINUE', [], false]);
  assert.deepEqual([registration.decision, registration.commands, registration.reached], ['DECISION_FAIL', [], false]);
});

test('a status that is the fault of the caller is thrown and never taken for an unreachable runtime', async (t) => {
  const server = new grpc.Server(); // knows no service: UNIMPLEMENTED
  const port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  t.after(() => server.forceShutdown());
  const client = new RuntimeClient(`127.0.0.1:${port}`, 'ak', { whenUnreachable: WHEN_UNREACHABLE });
  t.after(() => client.close());
  await assert.rejects(client.run('TRIGGER_POST_LOGIN', {}, 'LOGIN_FLOW_INTERACTIVE'), CallRefused);
});
