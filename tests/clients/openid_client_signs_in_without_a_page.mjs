// openid-client asks with prompt=none: it works once the customer has logged in and consented, and is refused before.
import assert from 'node:assert/strict';
import * as openid from 'openid-client';
import { ask, configure, signIn } from './lib/openid.mjs';

export async function story(cell) {
  const client = cell.newClient();
  const config = await configure(cell, client);
  const browser = cell.browser();

  async function silently(parameters = {}) {
    const { url, checks } = await ask(config, client, { prompt: 'none', ...parameters });
    const pages = browser.shown.length;
    const answer = await browser.open(url);
    assert.equal(browser.shown.length, pages, 'no page is shown');
    return openid.authorizationCodeGrant(config, answer, checks);
  }
  const refused = (error) => ({ code: 'OAUTH_AUTHORIZATION_RESPONSE_ERROR', error });

  await assert.rejects(silently(), refused('login_required'));
  const first = await signIn(config, cell, client, { browser });
  const again = await silently();
  assert.equal(again.claims().sub, first.claims().sub);
  assert.equal(again.claims().auth_time, first.claims().auth_time);
  const less = await silently({ scope: 'openid' });
  assert.equal(less.scope, 'openid');
  await assert.rejects(silently({ scope: 'openid accounts statements' }), refused('consent_required'));
  const hinted = await silently({ id_token_hint: first.id_token });
  assert.equal(hinted.claims().sub, first.claims().sub);

  // What the customer takes back is no longer remembered.
  for (const { refresh_token } of [first, again, less, hinted]) await openid.tokenRevocation(config, refresh_token);
  await assert.rejects(silently(), refused('consent_required'));
}
