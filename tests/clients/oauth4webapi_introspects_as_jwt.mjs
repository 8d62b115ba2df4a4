// A resource server on oauth4webapi asks for introspection as a JWT (RFC 9701), verifies it, and cannot mistake it.
import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { headerOf } from './lib/openid.mjs';
import { App } from './lib/oauth4webapi.mjs';

export async function story(cell) {
  const app = await App.discover(cell, cell.newClient());
  const tokens = await app.signIn(cell);
  const gateway = await App.discover(cell, cell.resourceServer, { introspection_signed_response_alg: 'ES256' });

  const { told, jwt, type } = await gateway.introspect(tokens.access_token);
  assert.equal(type, 'application/token-introspection+jwt');
  assert.deepEqual([told.active, told.sub, told.client_id, told.scope],
    [true, cell.user.sub, app.client.client_id, 'openid accounts']);
  assert.equal(headerOf(jwt).typ, 'token-introspection+jwt');
  const claims = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
  assert.deepEqual(Object.keys(claims).sort(), ['aud', 'iat', 'iss', 'token_introspection']);

  // Who asks for JSON gets JSON that says the same.
  const plain = await App.discover(cell, cell.resourceServer);
  const inJson = await plain.introspect(tokens.access_token);
  assert.equal(inJson.type, 'application/json');
  assert.deepEqual(inJson.told, told);

  // It is for this resource server alone, it is no access token, and no byte of it can be changed.
  const request = new Request('https://api.example/accounts', { headers: { authorization: `Bearer ${jwt}` } });
  await assert.rejects(oauth.validateJwtAccessToken(gateway.as, request, cell.resourceServer.client_id),
    { message: 'unexpected JWT "typ" header parameter value' });
  async function refuses(served, change, wanted) {
    const watch = async (...asked) => new Response(change(await (await fetch(...asked)).text()),
      { headers: { 'content-type': 'application/token-introspection+jwt' } });
    const server = await App.discover(cell, served, { introspection_signed_response_alg: 'ES256' });
    server.options = { [oauth.customFetch]: (url, ...rest) =>
      (url === server.as.introspection_endpoint ? watch : fetch)(url, ...rest) };
    await assert.rejects(server.introspect(tokens.access_token), wanted);
  }
  await refuses(cell.resourceServer, (text) => text.slice(0, -4) + (text.endsWith('AAAA') ? 'BBBB' : 'AAAA'),
    { code: 'OAUTH_INVALID_RESPONSE' });
  await refuses(cell.resourceServer, () => tokens.id_token, { code: 'OAUTH_INVALID_RESPONSE' });
  const second = cell.strongroom('client', 'add', '--name', 'Another gateway', '--kind', 'resource_server');
  await refuses(second, () => jwt, { code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' });

  // What is not active is signed as well, and says nothing else.
  await app.revoke(tokens.refresh_token);
  assert.deepEqual((await gateway.introspect(tokens.access_token)).told, { active: false });

  // A resource server that was registered with PS256.
  const third = cell.strongroom('client', 'add', '--name', 'A third gateway', '--kind', 'resource_server',
    '--signing-alg', 'PS256');
  const careful = await App.discover(cell, third, { introspection_signed_response_alg: 'PS256' });
  const next = await app.signIn(cell);
  const answer = await careful.introspect(next.access_token);
  assert.equal(headerOf(answer.jwt).alg, 'PS256');
  assert.equal(answer.told.active, true);
}
