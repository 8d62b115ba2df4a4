// Apps with pairwise subjects compare what they know of a customer; the bank's gateway still sees the bank's subject.
import assert from 'node:assert/strict';
import * as openid from 'openid-client';
import { configure, signIn } from './lib/openid.mjs';

export async function story(cell) {
  const browser = cell.browser();
  async function subjectAt(redirect_uri) {
    const client = cell.newClient({ redirect_uri, subject_type: 'pairwise' });
    const config = await configure(cell, client);
    const tokens = await signIn(config, cell, client, { browser });
    const { sub } = tokens.claims();
    // The library refuses a UserInfo answer or a refreshed ID token that is about somebody else.
    await openid.fetchUserInfo(config, tokens.access_token, sub);
    await assert.rejects(openid.fetchUserInfo(config, tokens.access_token, cell.user.sub),
      { code: 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED' });
    assert.equal((await openid.refreshTokenGrant(config, tokens.refresh_token)).claims().sub, sub);

    const gateway = await configure(cell, cell.resourceServer);
    const told = await openid.tokenIntrospection(gateway, tokens.access_token);
    assert.equal(told.sub, cell.user.sub, 'what the gateway is told');
    return sub;
  }
  const one = await subjectAt('https://one.example/callback');
  const alsoOne = await subjectAt('https://one.example/another');
  const two = await subjectAt('https://two.example/callback');
  assert.equal(alsoOne, one, 'apps of one sector share a subject');
  assert.notEqual(two, one);
  assert.ok(![one, two].includes(cell.user.sub));
}
