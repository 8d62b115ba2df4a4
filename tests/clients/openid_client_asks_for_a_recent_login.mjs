// openid-client sends max_age and prompt=login, and checks auth_time by its own clock.
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import * as openid from 'openid-client';
import { ask, configure, signIn } from './lib/openid.mjs';

export async function story(cell) {
  const client = cell.newClient();
  const config = await configure(cell, client, { [openid.clockTolerance]: 1 });
  const browser = cell.browser();
  const logins = () => browser.shown.filter((page) => page === '/oauth2/v4/login').length;

  const first = (await signIn(config, cell, client, { browser, max_age: '3600' })).claims();
  await setTimeout(2100);
  const same = (await signIn(config, cell, client, { browser, max_age: '3600' })).claims();
  assert.equal(same.auth_time, first.auth_time, 'an hour is not over yet');
  assert.equal(logins(), 1);

  const fresh = (await signIn(config, cell, client, { browser, max_age: '1' })).claims();
  assert.ok(fresh.auth_time > first.auth_time, 'the customer had to log in again');
  assert.equal(logins(), 2);
  await setTimeout(1100);
  const forced = (await signIn(config, cell, client, { browser, prompt: 'login' })).claims();
  assert.ok(forced.auth_time > fresh.auth_time);
  assert.equal(logins(), 3);

  // A login that is older than the app wants, without the server having been asked for a recent one.
  await setTimeout(3100);
  const { url, checks } = await ask(config, client);
  const answer = await browser.approve(url, cell.user);
  await assert.rejects(openid.authorizationCodeGrant(config, answer, { ...checks, maxAge: 1 }),
    { code: 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED' });
}
