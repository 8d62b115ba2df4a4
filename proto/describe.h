/*
 * The protocol between the processes as a page of Markdown, written from the schema, so that the page
 * deploy/protocol.md cannot say anything else. A test holds the two against each other.
 */
#ifndef STRONGROOM_PROTO_DESCRIBE_H
#define STRONGROOM_PROTO_DESCRIBE_H

#include <stdio.h>

void proto_describe(FILE *out);

#endif
