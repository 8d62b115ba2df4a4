// What the stories of openid-client share: an app that is configured by discovery and sends a customer to sign in.
import * as openid from 'openid-client';

// Discover the issuer for a client of ours. watch sees every request of the library: it is given fetch's arguments and
// has to return a response. Signatures of ID tokens are verified, although the token endpoint's TLS would do.
export async function configure(cell, client, metadata = {}, watch = fetch) {
  return openid.discovery(cell.issuer, client.client_id, metadata, openid.ClientSecretBasic(client.client_secret), {
    execute: [openid.enableNonRepudiationChecks],
    [openid.customFetch]: watch,
  });
}

// An authorization request, and what the library has to check in its answer.
export async function ask(config, client, parameters = {}) {
  const checks = {
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
    expectedState: openid.randomState(),
    expectedNonce: openid.randomNonce(),
  };
  if ('max_age' in parameters) checks.maxAge = Number(parameters.max_age);
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: client.redirect_uri,
    scope: 'openid accounts',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  });
  return { url, checks };
}

// The whole way to tokens; pages that the browser meets are filled in.
export async function signIn(config, cell, client, { browser = cell.browser(), ...parameters } = {}) {
  const { url, checks } = await ask(config, client, parameters);
  return openid.authorizationCodeGrant(config, await browser.approve(url, cell.user), checks);
}

export function headerOf(jwt) {
  return JSON.parse(Buffer.from(jwt.split('.')[0], 'base64url'));
}
