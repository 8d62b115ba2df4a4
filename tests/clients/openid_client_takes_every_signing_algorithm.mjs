// openid-client expects the algorithm that its client was registered with, and gets no other.
import assert from 'node:assert/strict';
import * as openid from 'openid-client';
import { configure, headerOf, signIn } from './lib/openid.mjs';

export async function story(cell) {
  const browser = cell.browser();
  for (const signing_alg of ['ES256', 'PS256', 'RS256']) {
    const client = cell.newClient({ signing_alg });
    const config = await configure(cell, client, { id_token_signed_response_alg: signing_alg });
    const tokens = await signIn(config, cell, client, { browser });
    assert.equal(headerOf(tokens.id_token).alg, signing_alg);
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token);
    assert.equal(headerOf(refreshed.id_token).alg, signing_alg);

    const wanted = signing_alg === 'RS256' ? 'PS256' : 'RS256';
    const mistaken = await configure(cell, client, { id_token_signed_response_alg: wanted });
    await assert.rejects(signIn(mistaken, cell, client, { browser }), { code: 'OAUTH_INVALID_RESPONSE' });
  }
}
