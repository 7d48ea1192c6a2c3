/* scan.h - step through the texts that the kernel writes
 *
 * Made for files of a few thousand numbers that are read each second: all is
 * inline, and nothing is copied.  A text ends with '\0'; what stands at it is
 * never passed.  A scan that finds nothing returns false, or the place where it
 * stands, and changes nothing else.
 */
#ifndef SCAN_H
#define SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A piece of a text; not terminated. */
struct word {
    const char *at;
    size_t length;
};

static inline const char *
scan_blanks(const char *at)
{
    while (*at == ' ' || *at == '\t')
        at++;
    return at;
}

/* The start of the next line, or the text's end. */
static inline const char *
scan_line(const char *at)
{
    const char *end = strchrnul(at, '\n');
    return *end ? end + 1 : end;
}

static inline bool
scan_is_end(char byte)
{
    return byte == '\0' || byte == '\n' || byte == ' ' || byte == '\t';
}

/* Reads what stands between blanks, within the line. */
static inline bool
scan_word(const char **at_p, struct word *ret_word)
{
    const char *start = scan_blanks(*at_p);
    const char *end = start;

    while (!scan_is_end(*end))
        end++;
    if (end == start)
        return false;
    *ret_word = (struct word){start, (size_t)(end - start)};
    *at_p = end;
    return true;
}

/* Reads a word into 'buffer', 'size' bytes; not one that does not fit. */
static inline bool
scan_text(const char **at_p, char *buffer, size_t size)
{
    const char *at = *at_p;
    struct word word;

    if (!scan_word(&at, &word) || word.length >= size)
        return false;
    memcpy(buffer, word.at, word.length);
    buffer[word.length] = '\0';
    *at_p = at;
    return true;
}

static inline bool
scan_u64(const char **at_p, uint64_t *ret_number)
{
    const char *at = scan_blanks(*at_p);
    uint64_t number = 0;

    if (*at < '0' || *at > '9')
        return false;
    for (; *at >= '0' && *at <= '9'; at++) {
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, (uint64_t)(*at - '0'), &number))
            return false;
    }
    *ret_number = number;
    *at_p = at;
    return true;
}

/* Reads an integer that may be negative. */
static inline bool
scan_number(const char **at_p, double *ret_number)
{
    const char *at = scan_blanks(*at_p);
    bool negative = *at == '-';
    uint64_t number = 0;

    if (negative)
        at++;
    if (!scan_u64(&at, &number))
        return false;
    *ret_number = negative ? -(double)number : (double)number;
    *at_p = at;
    return true;
}

static inline int
scan_digit(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte = (char)(byte | 0x20);
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Reads hexadecimal digits, with or without "0x" before them. */
static inline bool
scan_hex(const char **at_p, uint64_t *ret_number)
{
    const char *at = scan_blanks(*at_p);
    uint64_t number = 0;

    if (at[0] == '0' && at[1] == 'x')
        at += 2;
    if (scan_digit(*at) < 0)
        return false;
    for (; scan_digit(*at) >= 0; at++) {
        if (number >> 60)
            return false;
        number = number << 4 | (uint64_t)scan_digit(*at);
    }
    *ret_number = number;
    *at_p = at;
    return true;
}

/* Passes 'count' words of the line. */
static inline bool
scan_skip(const char **at_p, size_t count)
{
    struct word word;

    while (count--) {
        if (!scan_word(at_p, &word))
            return false;
    }
    return true;
}

static inline bool
word_is(struct word word, const char *text)
{
    return strncmp(word.at, text, word.length) == 0 &&
           text[word.length] == '\0';
}

static inline bool
scan_starts(const char *at, const char *prefix)
{
    return strncmp(at, prefix, strlen(prefix)) == 0;
}

#endif /* SCAN_H */
