/*
 * One function per row of the route table; each lives in the ep_<endpoint>.c of its name.
 */
#ifndef STRONGROOM_FRONTEND_ENDPOINTS_H
#define STRONGROOM_FRONTEND_ENDPOINTS_H

#include "frontend/exchange.h"

void ep_authorize(struct exchange *x);
void ep_login_show(struct exchange *x);
void ep_login_submit(struct exchange *x);
void ep_consent_show(struct exchange *x);
void ep_consent_submit(struct exchange *x);
void ep_token(struct exchange *x);
void ep_revoke(struct exchange *x);
void ep_introspect(struct exchange *x);
void ep_check(struct exchange *x);
void ep_userinfo(struct exchange *x);
void ep_end_session(struct exchange *x);
void ep_discovery(struct exchange *x);
void ep_jwks(struct exchange *x);
void ep_livez(struct exchange *x);
void ep_readyz(struct exchange *x);
void ep_style(struct exchange *x);
void ep_logo(struct exchange *x);

#endif
