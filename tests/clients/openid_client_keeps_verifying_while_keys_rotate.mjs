// The operator rotates the signing key under openid-client, which fetched the keys once and keeps them.
import assert from 'node:assert/strict';
import * as openid from 'openid-client';
import { configure, headerOf, signIn } from './lib/openid.mjs';

export async function story(cell) {
  const client = cell.newClient();
  const browser = cell.browser();
  let fetched = 0;
  await cell.nextKeyIsPublished('ES256');
  const config = await configure(cell, client, {}, (url, options) => {
    fetched += url.endsWith('/jwks') ? 1 : 0;
    return fetch(url, options);
  });

  const before = await signIn(config, cell, client, { browser });
  cell.rotateKeys('ES256');
  const after = await signIn(config, cell, client, { browser });
  assert.notEqual(headerOf(after.id_token).kid, headerOf(before.id_token).kid, 'another key signs');
  assert.equal(fetched, 1, 'the next key was published before it signed');
  const refreshed = await openid.refreshTokenGrant(config, before.refresh_token);
  assert.equal(headerOf(refreshed.id_token).kid, headerOf(after.id_token).kid);

  // The old key stays published, so a client that comes now can still verify what was signed before.
  const keys = await (await fetch(config.serverMetadata().jwks_uri)).json();
  const published = keys.keys.map((key) => key.kid);
  assert.ok(published.includes(headerOf(before.id_token).kid), 'the retired key');
  assert.ok(published.includes(headerOf(after.id_token).kid), 'the current key');
}
