/* weir/text.h - read small files, numbers, and the texts that metrics come in
 */
#ifndef WEIR_TEXT_H
#define WEIR_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <weir/batch.h>

/* Reads all of 'path' into 'buffer', 'size' bytes, and ends it with '\0'.
 * Returns the bytes read, or a negative errno; -EFBIG when it does not fit. */
WEIR_API ssize_t weir_read_file(const char *path, char *buffer, size_t size);

/* The same for an open descriptor, from its start. */
WEIR_API ssize_t weir_read_fd(int fd, char *buffer, size_t size);

/* Read the number at '*text_p', after any blanks, and move '*text_p' past it.
 * Return false, and change nothing, when no number is there or it is too
 * large.  The decimal point is '.', whatever the locale. */
WEIR_API bool weir_scan_double(const char **text_p, double *ret_number);
WEIR_API bool weir_scan_u64(const char **text_p, uint64_t *ret_number);

/* Writes the shortest text that reads back as exactly 'number', such as "0.25",
 * "1.23e+09", "+Inf", "-Inf" or "NaN", with its '\0'.  Returns its length. */
enum { WEIR_DOUBLE_SIZE = 32 };
WEIR_API size_t weir_format_double(double number, char text[WEIR_DOUBLE_SIZE]);

/* The same as Prometheus' API writes numbers: without an exponent from 1e-06
 * to below 1e+21. */
WEIR_API size_t weir_format_plain(double number, char text[WEIR_DOUBLE_SIZE]);

/* A regular expression that matches a whole text or not at all, and tells what
 * its groups matched.  '.' is also a line's end.  One match is bounded in steps
 * and memory; one thread at a time has it. */
struct weir_regex;

/* Compiles 'text'.  Returns 0, or -EINVAL with the reason and place in 'why',
 * 'size' bytes. */
WEIR_API int weir_regex_new(const char *text, char *why, size_t size,
                            struct weir_regex **ret_regex);
WEIR_API void weir_regex_destroy(struct weir_regex **self_p);

/* Says whether 'text' matches: 1 or 0, or -E2BIG when it takes too long to
 * tell. */
WEIR_API int weir_regex_match(struct weir_regex *self, const char *text);

/* Fills in 'template', where $1, ${1} or ${name} stand for what a group matched
 * in 'text', nothing for a group that is not there, and $$ for a dollar; 'text'
 * is that of the last match, which returned 1.  The caller frees the result. */
WEIR_API char *weir_regex_expand(const struct weir_regex *self,
                                 const char *text, const char *template);

/* Add what 'text', 'size' bytes, says to 'into': Prometheus text 0.0.4 or
 * OpenMetrics 1.0, or InfluxDB's line protocol with nanoseconds.  Samples with
 * times of their own are loose.  Of a series that comes again the first value
 * counts in the former, as for a Prometheus.  Return 0, or -EBADMSG with the
 * number of the offending line, from 1, in '*ret_line'; lines before it were
 * added. */
WEIR_API int weir_read_exposition(struct weir_batch *into, const char *text,
                                  size_t size, size_t *ret_line);
WEIR_API int weir_read_lines(struct weir_batch *into, const char *text,
                             size_t size, size_t *ret_line);

/* The same as weir_read_exposition() where the format is known, which is else
 * told by the text's end.  OpenMetrics that lacks its "# EOF" is not whole:
 * -ENODATA, with the line where it is due; what follows behind is -EBADMSG. */
WEIR_API int weir_read_prometheus(struct weir_batch *into, const char *text,
                                  size_t size, size_t *ret_line);
WEIR_API int weir_read_openmetrics(struct weir_batch *into, const char *text,
                                   size_t size, size_t *ret_line);

#endif /* WEIR_TEXT_H */
