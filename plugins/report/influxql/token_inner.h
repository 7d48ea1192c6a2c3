/* token_inner.h - what the files of the scanner share */
#ifndef INFLUXQL_TOKEN_INNER_H
#define INFLUXQL_TOKEN_INNER_H

#include <stdbool.h>
#include <stdint.h>

#include "token.h"

/* Returns the kind of a word without quotes, whatever its case. */
enum token_kind token_of_word(const char *word);

bool token_is_letter(uint32_t point);
bool token_is_digit(uint32_t point);

/* Says whether a character may be in an identifier without quotes. */
bool token_is_inner(uint32_t point);

/* scanner_point.c */

/* Reads a character; 0 at the end, which may be read again and again. */
uint32_t scanner_read(struct scanner *self);

/* Puts the character back that was read last. */
void scanner_unread(struct scanner *self);

/* Returns the next character without reading it. */
uint32_t scanner_look(struct scanner *self);

/* Returns where the character begins that was read last. */
size_t scanner_last(const struct scanner *self);

#endif /* INFLUXQL_TOKEN_INNER_H */
