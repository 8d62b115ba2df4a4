/*
 * Text for a person at a terminal. What comes from the vault was typed by somebody once (a client's name, a
 * detail of the audit): here it loses what a terminal would obey, and its width is counted in columns.
 */
#ifndef STRONGROOM_VAULT_CLI_TEXT_H
#define STRONGROOM_VAULT_CLI_TEXT_H

#include "common/buf.h"

#include <stdio.h>

/*
 * Append with every control character, line separator and change of writing direction shown as U+FFFD, so
 * that no text can move the cursor, colour the screen or pass for another.
 */
void text_put_safe(struct buf *out, struct span text);

/* The same to a stream. */
void text_print_safe(FILE *out, struct span text);

/* How many columns the text takes; wide characters take two, combining ones none. */
size_t text_width(struct span text);

/* The longest start of the text that takes at most `width` columns. */
struct span text_cut(struct span text, size_t width);

/* "2026-11-24 13:04Z": UTC, so that times of two machines compare; "" for 0. */
#define TEXT_TIME_SIZE 32
void text_time(uint64_t unix_s, char ret_text[TEXT_TIME_SIZE]);

/* "12.3 MiB", "640 B". */
#define TEXT_SIZE_SIZE 32
void text_size(uint64_t bytes, char ret_text[TEXT_SIZE_SIZE]);

/* "3 d 4 h", "15 min", "20 s": the two largest units that matter. */
#define TEXT_DURATION_SIZE 48
void text_duration(uint64_t seconds, char ret_text[TEXT_DURATION_SIZE]);

/* Columns of the terminal behind the stream; 0 if it is none: then nothing needs to be cut. */
size_t terminal_width(FILE *stream);

/* Of lines that can be read without moving one's head: as wide as the terminal, and this at the most. */
#define TEXT_LINE_WIDTH 100
size_t text_line_width(FILE *stream);

/* Words of ours in lines that end before `width`; all but the first start behind `indent` blanks. */
void text_print_wrapped(FILE *out, const char *text, size_t indent, size_t width);

/* True if the stream is a terminal that may be sent colours (NO_COLOR and TERM=dumb say no). */
bool terminal_has_colours(FILE *stream);

#endif
