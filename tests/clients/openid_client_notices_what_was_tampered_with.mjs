// Between Strongroom and openid-client something is altered: state, issuer, nonce, verifier, signature, a used token.
import assert from 'node:assert/strict';
import * as openid from 'openid-client';
import { ask, configure, signIn } from './lib/openid.mjs';

export async function story(cell) {
  const client = cell.newClient();
  const config = await configure(cell, client);
  const browser = cell.browser();

  // The same answer to the same request, but for one thing.
  async function refuses(change, wanted) {
    const { url, checks } = await ask(config, client);
    const answer = await browser.approve(url, cell.user);
    change(answer.searchParams, checks);
    await assert.rejects(openid.authorizationCodeGrant(config, answer, checks), wanted);
  }
  await refuses((answer) => answer.set('state', 'another'), { code: 'OAUTH_INVALID_RESPONSE' });
  await refuses((answer) => answer.delete('state'), { code: 'OAUTH_INVALID_RESPONSE' });
  await refuses((answer) => answer.set('iss', 'https://attacker.example'), { code: 'OAUTH_INVALID_RESPONSE' });
  await refuses((answer) => answer.delete('iss'), { code: 'OAUTH_INVALID_RESPONSE' });
  await refuses((_, checks) => { checks.expectedNonce = openid.randomNonce(); },
    { code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' });
  await refuses((_, checks) => { checks.pkceCodeVerifier = openid.randomPKCECodeVerifier(); },
    { error: 'invalid_grant' });

  // An issuer that calls itself otherwise than it was asked for.
  const alias = new URL(cell.issuer);
  alias.hostname = 'localhost';
  await assert.rejects(openid.discovery(alias, client.client_id), { code: 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED' });

  // A signature that is not the vault's.
  const forged = await configure(cell, client, {}, async (...request) => {
    const response = await fetch(...request);
    const body = await response.text();
    const changed = body.replace(/("id_token": ?"[\w-]+\.[\w-]+\.)(..)/, (_, before, two) =>
      before + (two === 'AA' ? 'BB' : 'AA'));
    return new Response(changed, response);
  });
  await assert.rejects(signIn(forged, cell, client, { browser }), { code: 'OAUTH_INVALID_RESPONSE' });

  // A refresh token that was used before, and what it takes with it.
  const first = await signIn(config, cell, client, { browser });
  const second = await openid.refreshTokenGrant(config, first.refresh_token);
  await assert.rejects(openid.refreshTokenGrant(config, first.refresh_token), { error: 'invalid_grant' });
  await assert.rejects(openid.refreshTokenGrant(config, second.refresh_token), { error: 'invalid_grant' });
}
