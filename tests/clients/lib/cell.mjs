// A development cell as a story in JavaScript sees it: what quickstart.json tells, the command line, a browser.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Browser } from './browser.mjs';

export const ALL_SCOPES = 'openid customers accounts transactions statements';

export class Cell {
  constructor(quickstartFile) {
    const told = JSON.parse(readFileSync(quickstartFile, 'utf8'));
    this.issuer = new URL(told.issuer);
    this.adminSocket = told.admin_socket;
    this.user = told.user;                          // username, password, sub
    this.resourceServer = told.resource_server;     // client_id, client_secret
  }

  // Run the operator's command line and return what it printed as JSON.
  strongroom(...args) {
    const program = path.join(process.env.STRONGROOM_BIN, 'strongroom');
    const text = execFileSync(program, ['--socket', this.adminSocket, '--json', ...args], { encoding: 'utf8' });
    return text.trim() ? JSON.parse(text) : {};
  }

  // Register a client: { client_id, client_secret, redirect_uri }. options are those of `client add`.
  newClient({ redirect_uri = 'https://app.example/callback', ...options } = {}) {
    const args = ['--name', 'A client of others', '--scope', ALL_SCOPES, '--redirect-uri', redirect_uri];
    for (const [name, value] of Object.entries(options)) args.push(`--${name.replaceAll('_', '-')}`, value);
    const { client_id, client_secret } = this.strongroom('client', 'add', ...args);
    return { client_id, client_secret, redirect_uri };
  }

  // Wait until the next key is made and every worker publishes it: who fetches the keys now has it.
  async nextKeyIsPublished(algorithm) {
    for (let tries = 0; tries < 300; tries++) {
      const listed = this.strongroom('key', 'list').keys.filter((key) => key.algorithm === algorithm);
      const told = await Promise.all(Array.from({ length: 8 }, async () =>
        (await (await fetch(`${this.issuer.origin}/oauth2/v4/jwks`)).json()).keys.map((key) => key.kid)));
      const isPublished = listed.every((key) => told.every((kids) => kids.includes(key.kid)));
      if (isPublished && listed.some((key) => key.state === 'next')) return;
      await setTimeout(100);
    }
    assert.fail(`there is no next ${algorithm} key`);
  }

  // The next key signs from now on; the cell has not announced it for as long as a bank would.
  rotateKeys(algorithm) {
    this.strongroom('key', 'rotate', '--alg', algorithm, '--now');
  }

  browser() {
    return new Browser(this.issuer);
  }
}
