// Between Strongroom and oauth4webapi something is altered: state, issuer, a parameter twice, nonce, auth_time, a code.
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import * as oauth from 'oauth4webapi';
import { App } from './lib/oauth4webapi.mjs';

export async function story(cell) {
  const client = cell.newClient();
  const app = await App.discover(cell, client);
  const browser = cell.browser();

  async function refuses(change, wanted) {
    const { url, checks } = await app.ask();
    const answer = await browser.approve(url, cell.user);
    change(answer.searchParams, checks);
    await assert.rejects(app.redeem(answer, checks), wanted);
  }
  const refused = { code: 'OAUTH_INVALID_RESPONSE' };
  await refuses((answer) => answer.set('state', oauth.generateRandomState()), refused);
  await refuses((answer) => answer.set('iss', 'https://attacker.example'), refused);
  await refuses((answer) => answer.delete('iss'), refused);
  await refuses((answer) => answer.append('iss', 'https://attacker.example'), refused);
  await refuses((_, checks) => { checks.expectedNonce = oauth.generateRandomNonce(); },
    { code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' });
  await refuses((_, checks) => { checks.expectedNonce = oauth.expectNoNonce; },
    { code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' });
  await refuses((answer) => answer.set('code', `${answer.get('code').slice(0, -1)}!`), { error: 'invalid_grant' });

  // A code that was redeemed before takes with it what it was redeemed for.
  const { url, checks } = await app.ask();
  const answer = await browser.approve(url, cell.user);
  const tokens = await app.redeem(answer, checks);
  await assert.rejects(app.redeem(answer, checks), { error: 'invalid_grant' });
  await assert.rejects(app.refresh(tokens.refresh_token), { error: 'invalid_grant' });

  // An ID token for another client, a login that is too old, somebody else's UserInfo.
  const other = await App.discover(cell, cell.newClient());
  other.client = { ...other.client, [oauth.clockTolerance]: 0 };
  const theirs = await other.ask();
  const landed = await browser.approve(theirs.url, cell.user);
  await setTimeout(2100);
  await assert.rejects(other.redeem(landed, { ...theirs.checks, maxAge: 1 }),
    { code: 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED' });
  const mine = await app.signIn(cell, { browser });
  await assert.rejects(app.userInfo(mine.access_token, 'somebody-else'),
    { code: 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED' });
}
