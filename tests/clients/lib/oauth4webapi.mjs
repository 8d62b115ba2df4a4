// An app on oauth4webapi, which leaves every step to its caller: these are the steps, with every check it offers.
import * as oauth from 'oauth4webapi';

export class App {
  // algorithm: which of the two well-known documents it is configured by, 'oidc' or 'oauth2' (RFC 8414).
  static async discover(cell, client, { algorithm = 'oidc', options = {}, ...metadata } = {}) {
    const app = new App();
    const response = await oauth.discoveryRequest(cell.issuer, { algorithm, ...options });
    app.as = await oauth.processDiscoveryResponse(cell.issuer, response);
    app.client = { client_id: client.client_id, ...metadata };
    app.redirectUri = client.redirect_uri;
    app.auth = oauth.ClientSecretBasic(client.client_secret);
    app.options = options;
    return app;
  }

  async ask(parameters = {}) {
    const checks = {
      verifier: oauth.generateRandomCodeVerifier(),
      state: oauth.generateRandomState(),
      expectedNonce: oauth.generateRandomNonce(),
    };
    if ('max_age' in parameters) checks.maxAge = Number(parameters.max_age);
    const url = new URL(this.as.authorization_endpoint);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: this.client.client_id,
      redirect_uri: this.redirectUri,
      scope: 'openid accounts',
      state: checks.state,
      nonce: checks.expectedNonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(checks.verifier),
      code_challenge_method: 'S256',
      ...parameters,
    });
    return { url, checks };
  }

  // The redirect back to the app becomes tokens, if it and the ID token are what was asked for.
  async redeem(answer, { verifier, state, ...checks }) {
    const { as, client, auth, options } = this;
    const parameters = oauth.validateAuthResponse(as, client, answer, state);
    const response = await oauth.authorizationCodeGrantRequest(as, client, auth, parameters, this.redirectUri,
      verifier, options);
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response,
      { requireIdToken: true, ...checks });
    await oauth.validateApplicationLevelSignature(as, response, options);
    return { ...tokens, claims: oauth.getValidatedIdTokenClaims(tokens) };
  }

  async signIn(cell, { browser = cell.browser(), ...parameters } = {}) {
    const { url, checks } = await this.ask(parameters);
    return this.redeem(await browser.approve(url, cell.user), checks);
  }

  async refresh(refreshToken) {
    const { as, client, auth, options } = this;
    const response = await oauth.refreshTokenGrantRequest(as, client, auth, refreshToken, options);
    const tokens = await oauth.processRefreshTokenResponse(as, client, response);
    await oauth.validateApplicationLevelSignature(as, response, options);
    return { ...tokens, claims: oauth.getValidatedIdTokenClaims(tokens) };
  }

  async userInfo(accessToken, subject) {
    const response = await oauth.userInfoRequest(this.as, this.client, accessToken, this.options);
    return oauth.processUserInfoResponse(this.as, this.client, subject, response);
  }

  async revoke(token) {
    const response = await oauth.revocationRequest(this.as, this.client, this.auth, token, this.options);
    return oauth.processRevocationResponse(response);
  }

  // As a resource server: { told, jwt }. Where this client has introspection_signed_response_alg, a JWT is asked for.
  async introspect(token) {
    const { as, client, auth, options } = this;
    const response = await oauth.introspectionRequest(as, client, auth, token, options);
    const jwt = await response.clone().text();
    const told = await oauth.processIntrospectionResponse(as, client, response);
    if (client.introspection_signed_response_alg) {
      await oauth.validateApplicationLevelSignature(as, response, options);
    }
    return { told, jwt, type: oauth.getContentType(response) };
  }
}
