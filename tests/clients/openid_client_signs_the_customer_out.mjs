// openid-client sends the customer to end_session: the session is over, the browser comes back, the tokens stay.
import assert from 'node:assert/strict';
import * as openid from 'openid-client';
import { ask, configure, signIn } from './lib/openid.mjs';

const RETURN = 'https://app.example/signed-out';

export async function story(cell) {
  const client = cell.newClient({ post_logout_redirect_uri: RETURN });
  const config = await configure(cell, client);
  const browser = cell.browser();
  const leave = (parameters) => browser.open(openid.buildEndSessionUrl(config, parameters));
  async function isSignedIn(who = browser) {
    const { url, checks } = await ask(config, client, { prompt: 'none' });
    const answer = await who.open(url);
    try {
      await openid.authorizationCodeGrant(config, answer, checks);
      return true;
    } catch (problem) {
      assert.equal(problem.error, 'login_required');
      return false;
    }
  }

  const tokens = await signIn(config, cell, client, { browser });
  assert.ok(await isSignedIn());

  // Without a hint, or to an address that nobody registered, the customer does not come back just like that.
  assert.equal(await leave({ client_id: client.client_id }), null, 'a page asks whether this is meant');
  assert.ok(await isSignedIn());
  assert.equal(await leave({ id_token_hint: tokens.id_token, post_logout_redirect_uri: 'https://attacker.example/' }),
    null, 'nobody is sent there');

  const other = cell.browser();
  const theirs = await signIn(config, cell, client, { browser: other });
  assert.equal(await leave({ id_token_hint: theirs.id_token, post_logout_redirect_uri: RETURN }), null,
    "another session's ID token is no proof");
  assert.ok(await isSignedIn());

  const thief = browser.thief();
  assert.ok(await isSignedIn(thief));
  const state = openid.randomState();
  const back = await leave({ id_token_hint: tokens.id_token, post_logout_redirect_uri: RETURN, state });
  assert.equal(back?.href, `${RETURN}?state=${state}`);
  assert.equal(await isSignedIn(), false);
  assert.equal(await isSignedIn(thief), false, 'the session is over, not only its cookie gone');
  await openid.refreshTokenGrant(config, tokens.refresh_token);
}
