// Two apps on oauth4webapi, one ES256 and one PS256, sign customers in while the operator rotates both keys.
import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { headerOf } from './lib/openid.mjs';
import { App } from './lib/oauth4webapi.mjs';

export async function story(cell) {
  const browser = cell.browser();
  for (const signing_alg of ['ES256', 'PS256']) {
    let fetched = 0;
    await cell.nextKeyIsPublished(signing_alg);
    const options = { [oauth.customFetch]: (url, ...rest) => {
      fetched += url.endsWith('/jwks') ? 1 : 0;
      return fetch(url, ...rest);
    } };
    const app = await App.discover(cell, cell.newClient({ signing_alg }),
      { options, id_token_signed_response_alg: signing_alg });
    const before = await app.signIn(cell, { browser });
    cell.rotateKeys(signing_alg);
    const after = await app.signIn(cell, { browser });
    assert.notEqual(headerOf(after.id_token).kid, headerOf(before.id_token).kid);
    assert.equal(headerOf(after.id_token).alg, signing_alg);
    assert.equal(fetched, 1, 'the keys it had were enough');

    // The vault takes back an ID token under the retired key as a hint, as it took it before.
    const again = await app.ask({ id_token_hint: before.id_token, prompt: 'none' });
    const tokens = await app.redeem(await browser.open(again.url), again.checks);
    assert.equal(tokens.claims.sub, before.claims.sub);
  }
}
