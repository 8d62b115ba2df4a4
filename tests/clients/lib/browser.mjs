// A browser without a screen: keeps cookies, fills in the forms of the pages, follows redirects inside the issuer and
// stops at the one that leaves it. It knows nothing of OAuth; what the redirect says is for the client to judge.
import assert from 'node:assert/strict';

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", '#34': '"' };
const MAX_STEPS = 10;

function attributes(tag) {
  const found = {};
  for (const [, name, , value = ''] of tag.matchAll(/([a-z-]+)(="([^"]*)")?/g)) {
    found[name] ??= value.replace(/&(#?\w+);/g, (whole, entity) => ENTITIES[entity] ?? whole);
  }
  return found;
}

export class Browser {
  constructor(issuer) {
    this.issuer = issuer;
    this.cookies = new Map();
    this.shown = [];            // the paths of the pages that a customer saw
  }

  // Another browser with the same cookies, as somebody has who stole them.
  thief() {
    const browser = new Browser(this.issuer);
    browser.cookies = new Map(this.cookies);
    return browser;
  }

  async request(url, form) {
    const headers = { accept: 'text/html', 'accept-language': 'en' };
    if (this.cookies.size) headers.cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const body = form && new URLSearchParams(form);
    const response = await fetch(url, { method: form ? 'POST' : 'GET', headers, body, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (/max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  // Go to a URL, or send a form there; returns the URL that leads out of the issuer, or null at a page.
  async open(url, form) {
    let target = new URL(url, this.url);
    for (let step = 0; step < MAX_STEPS; step++) {
      assert.equal(target.origin, this.issuer.origin, 'the browser stays at the issuer');
      const response = await this.request(target, step === 0 ? form : undefined);
      this.url = target;
      if (response.status < 300 || response.status >= 400) {
        this.status = response.status;
        this.page = await response.text();
        this.shown.push(target.pathname);
        return null;
      }
      target = new URL(response.headers.get('location'), target);
      if (target.origin !== this.issuer.origin || !target.pathname.startsWith('/oauth2/')) return target;
    }
    return assert.fail(`the redirects at ${target} do not end`);
  }

  // Send the page's form with its hidden fields and these.
  submit(fields) {
    const [, open, rest] = this.page.match(/<form\b([^>]*)>([\s\S]*?)<\/form>/) ?? assert.fail(this.words());
    const form = {};
    for (const [, tag] of rest.matchAll(/<input\b([^>]*)>/g)) {
      const { name, value = '' } = attributes(tag);
      if (name) form[name] = value;
    }
    return this.open(attributes(open).action ?? this.url, { ...form, ...fields });
  }

  words() {
    return `${this.url} (${this.status}): ${this.page.replace(/<style[\s\S]*?<\/style>|<[^>]*>/g, ' ').replace(/\s+/g, ' ')}`;
  }

  at(step) {
    return this.status === 200 && this.url.pathname === `/oauth2/v4/${step}`;
  }

  // The customer's whole way from an authorization request: log in and approve, as far as pages ask for it.
  async approve(url, { username, password }) {
    let left = await this.open(url);
    if (!left && this.at('login')) left = await this.submit({ username, password });
    if (!left && this.at('consent')) left = await this.submit({ decision: 'approve' });
    return left ?? assert.fail(`the customer is stuck at ${this.words()}`);
  }
}
