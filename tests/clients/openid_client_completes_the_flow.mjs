// openid-client knows the issuer's URL and goes the whole way: login, tokens, UserInfo, refresh, revocation.
import assert from 'node:assert/strict';
import * as openid from 'openid-client';
import { configure, headerOf, signIn } from './lib/openid.mjs';

export async function story(cell) {
  const client = cell.newClient();
  const config = await configure(cell, client);
  assert.ok(config.serverMetadata().supportsPKCE(), 'discovery tells of PKCE');

  const tokens = await signIn(config, cell, client, { scope: 'openid accounts transactions' });
  const claims = tokens.claims();
  assert.equal(tokens.scope, 'openid accounts transactions');
  assert.equal(headerOf(tokens.id_token).alg, 'ES256');
  assert.equal(claims.sub, cell.user.sub);
  assert.ok(claims.sid && claims.acr && claims.amr.includes('pwd') && claims.at_hash, JSON.stringify(claims));
  const about = await openid.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(about.sub, cell.user.sub);

  const next = await openid.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(next.refresh_token, tokens.refresh_token, 'the refresh token is rotated');
  assert.notEqual(next.access_token, tokens.access_token);
  assert.equal(next.claims().sub, claims.sub);
  assert.equal(next.claims().auth_time, claims.auth_time);
  assert.equal(next.claims().nonce, undefined);
  await openid.fetchUserInfo(config, next.access_token, claims.sub);

  await openid.tokenRevocation(config, next.refresh_token);
  await assert.rejects(openid.refreshTokenGrant(config, next.refresh_token), { error: 'invalid_grant', status: 400 });
  await assert.rejects(openid.fetchUserInfo(config, next.access_token, claims.sub), (problem) => {
    assert.equal(problem.code, 'OAUTH_WWW_AUTHENTICATE_CHALLENGE');
    assert.equal(problem.cause[0].parameters.error, 'invalid_token');
    return true;
  });
}
