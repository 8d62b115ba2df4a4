/*
 * What a message between the processes may hold at the most, in bytes unless the name says otherwise.
 * Each limit bounds something that a stranger could make grow; each has a test that goes one past it.
 */
#ifndef STRONGROOM_PROTO_LIMITS_H
#define STRONGROOM_PROTO_LIMITS_H

#define PROTO_VERSION 1

#define LIMIT_FRAME (1024 * 1024)     /* the length prefix may say at the most */
#define LIMIT_REQUESTS_PER_FRAME 256  /* a worker sends what arrived in one turn of its loop */
#define LIMIT_MESSAGE (96 * 1024)     /* one request or reply with its envelope */
#define LIMIT_LIST 32                 /* elements of a list field */
#define LIMIT_FIELDS 32               /* fields of one message */
#define LIMIT_TIMEOUT_MS 60000        /* how far off a deadline may be; a later one is taken for this */

#define LIMIT_REQUEST_ID 16
#define LIMIT_TRACE_ID 16
#define LIMIT_PEER 64

#define LIMIT_CLIENT_ID 256
#define LIMIT_SECRET 256
#define LIMIT_URI 2048
#define LIMIT_SCOPE 1024
#define LIMIT_STATE 1024
#define LIMIT_NONCE 512
#define LIMIT_CHALLENGE 128
#define LIMIT_VERIFIER 128
#define LIMIT_TOKEN 128
#define LIMIT_HANDLE 8192
#define LIMIT_COOKIE 64
#define LIMIT_WORD 64                 /* response_type, prompt, an enumerated value */
#define LIMIT_HINT 512
#define LIMIT_NAME 128
#define LIMIT_PASSWORD 1024
#define LIMIT_GRANT_ID 32             /* in hexadecimal */
#define LIMIT_SUBJECT 64
#define LIMIT_DESCRIPTION 512
#define LIMIT_METHOD 16
#define LIMIT_LOCATION 12288
#define LIMIT_JSON 65536
#define LIMIT_DISCOVERY 32768
#define LIMIT_JWKS 32768
#define LIMIT_LOGOUT_URI 512
#define LIMIT_CLAIM 512               /* "name=value" */
#define LIMIT_ID_TOKEN 12288
#define LIMIT_AUDIT_RECORD 2048
#define LIMIT_CONSENT_S 315360000     /* ten years, in seconds */

#endif
