/* log.h - lines to stderr, limited in rate
 *
 * A line is "level event key=value ...": text, or JSON when so configured.
 * Any thread may log.  A line of the same event about the same thing (instance,
 * link, part, number, peer) comes at most 5 times in 30 seconds, unless it is
 * for debugging; the next one then says how many were left out.  Texts above
 * 1,024 bytes are cut and end in "...".
 */
#ifndef LOG_H
#define LOG_H

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum log_form { LOG_TEXT, LOG_JSON };

/* Sets what is written; the default is LOG_INFO and LOG_TEXT.  Lines are
 * counted anew from then on. */
void log_setup(enum log_level level, enum log_form wanted);

/* Writes one line; 'event' is snake_case; then come pairs of a key and a text,
 * both const char *, ended by NULL.  A NULL text leaves its pair out:
 *
 *     log_line(LOG_WARN, "collect_failed", "instance", name, "error", why,
 *              NULL);
 */
void log_line(enum log_level level, const char *event, ...)
    __attribute__((sentinel));

/* Writes a number for log_line(); the text is the thread's own and valid until
 * the eighth call after. */
const char *log_number(long long number);

#endif /* LOG_H */
