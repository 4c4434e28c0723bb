/** Which token hands over which session. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { AnonymousSessions, TokenRefused } from './anonymous_sessions.js';

const INTERACTIVE = 'LOGIN_FLOW_INTERACTIVE';

function start() {
  const time = { now: 1_800_000_000_000 };
  return { time, sessions: new AnonymousSessions('http://127.0.0.1:1', 60, () => time.now) };
}

function log({ queryToken, cookieToken, loginFlow = INTERACTIVE, clientId = 'shop' }) {
  return { queryToken, cookieToken, loginFlow, clientId };
}

describe('transfer', () => {
  test('hands the metadata over, and the session lives on', async () => {
    const { sessions } = start();
    const { token } = await sessions.create('shop', { cart: [9007199254740993n] });
    for (const key of ['queryToken', 'cookieToken']) {
      const { session, reason } = await sessions.transfer(log({ [key]: token }));
      assert.equal(reason, 'TRANSFERRED');
      assert.deepEqual(session.metadata, { cart: [9007199254740993n] });
    }
  });

  test('takes the query before the cookie, and a bad query instead of none', async () => {
    const { sessions } = start();
    const first = await sessions.create('shop', { n: 1n });
    const second = await sessions.create('shop', { n: 2n });
    const { session } = await sessions.transfer(log({ queryToken: first.token, cookieToken: second.token }));
    assert.equal(session.user_id, first.session.userId);
    const bad = await sessions.transfer(log({ queryToken: 'nonsense', cookieToken: second.token }));
    assert.deepEqual(bad, { session: undefined, reason: 'MALFORMED' });
  });

  for (const flow of ['DEVICE_CODE', 'CIBA', 'TOKEN_EXCHANGE', 'REFRESH_TOKEN', 'PASSWORD_RESET']) {
    test(`hands nothing over in the flow ${flow}`, async () => {
      const { sessions } = start();
      const { token } = await sessions.create('shop', {});
      const found = await sessions.transfer(log({ queryToken: token, loginFlow: `LOGIN_FLOW_${flow}` }));
      assert.deepEqual(found, { session: undefined, reason: 'UNSUPPORTED_FLOW' });
    });
  }

  test('tells why there is nothing to hand over', async () => {
    const { sessions, time } = start();
    const { token } = await sessions.create('shop', {});
    const reasonOf = async (attempt) => (await sessions.transfer(log(attempt))).reason;
    assert.equal(await reasonOf({}), 'NO_TOKEN');
    assert.equal(await reasonOf({ queryToken: token, clientId: 'another' }), 'FOREIGN');
    assert.equal(await new AnonymousSessions('http://127.0.0.1:1', 60)
      .transfer(log({ queryToken: token })).then(({ reason }) => reason), 'MALFORMED');
    time.now += 60_000;
    assert.equal(await reasonOf({ queryToken: token }), 'EXPIRED');
  });
});

test('a token of which one character differs is refused, wherever it is', async () => {
  const { sessions } = start();
  const { token } = await sessions.create('shop', {});
  for (let place = 0; place < token.length; place += 1) {
    const other = token[place] === 'A' ? 'B' : 'A';
    const forged = token.slice(0, place) + other + token.slice(place + 1);
    await assert.rejects(sessions.read(forged, 'shop'), TokenRefused, `place ${place}`);
  }
});

test('a session that was ended is revoked for every token of it', async () => {
  const { sessions } = start();
  const first = await sessions.create('shop', {});
  const second = await sessions.update(first.token, 'shop', { n: 1n });
  await sessions.end(second.token, 'shop');
  await sessions.end(second.token, 'shop');
  for (const { token } of [first, second]) {
    await assert.rejects(sessions.read(token, 'shop'), { reason: 'REVOKED' });
    await assert.rejects(sessions.update(token, 'shop', {}), { reason: 'REVOKED' });
  }
});

test('an update replaces the metadata whole and renews the life', async () => {
  const { sessions, time } = start();
  const { token } = await sessions.create('shop', { a: 1n });
  time.now += 50_000;
  const updated = await sessions.update(token, 'shop', { b: 2n });
  time.now += 50_000;
  assert.deepEqual((await sessions.read(updated.token, 'shop')).metadata, { b: 2n });
});
