// oauth4webapi reads the authorization server's own document (RFC 8414) and checks each step of the whole way by itself.
import assert from 'node:assert/strict';
import { App } from './lib/oauth4webapi.mjs';

export async function story(cell) {
  const app = await App.discover(cell, cell.newClient(), { algorithm: 'oauth2' });
  const tokens = await app.signIn(cell, { scope: 'openid customers statements' });
  assert.equal(tokens.claims.sub, cell.user.sub);
  assert.equal((await app.userInfo(tokens.access_token, tokens.claims.sub)).sub, cell.user.sub);

  const next = await app.refresh(tokens.refresh_token);
  assert.notEqual(next.refresh_token, tokens.refresh_token, 'the refresh token is rotated');
  assert.equal(next.scope, 'openid customers statements');
  assert.equal(next.claims.auth_time, tokens.claims.auth_time);
  await app.userInfo(next.access_token, tokens.claims.sub);

  // An access token goes alone, a refresh token takes the grant with it.
  await app.revoke(next.access_token);
  const noMore = { code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE', status: 401 };
  await assert.rejects(app.userInfo(next.access_token, tokens.claims.sub), noMore);
  const last = await app.refresh(next.refresh_token);
  await app.revoke(last.refresh_token);
  await assert.rejects(app.userInfo(last.access_token, tokens.claims.sub), noMore);
  await assert.rejects(app.refresh(last.refresh_token), { code: 'OAUTH_RESPONSE_BODY_ERROR', error: 'invalid_grant' });
}
