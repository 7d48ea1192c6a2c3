/* log.c - lines to stderr, limited in rate */
#include <config.h>

#include "log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "utf8.h"

enum {
    TEXT_MOST = 1024, /* bytes of a text */
    PAIRS_MOST = 16,
    WINDOW_S = 30,
    LINES_MOST = 5, /* of one kind in a window */
    KINDS = 256,
    NEIGHBOURS = 16, /* where a kind may lie */
};

struct pair {
    const char *key, *text;
};

struct kind {
    uint64_t hash;
    int64_t since_ns;
    unsigned written, left_out;
};

static atomic_int most_level = LOG_INFO;
static atomic_int form = LOG_TEXT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct kind kinds[KINDS]; /* under 'lock' */

static const char *const level_names[] = {"error", "warn", "info", "debug"};

void
log_setup(enum log_level level, enum log_form wanted)
{
    most_level = (int)level;
    form = (int)wanted;
    (void)pthread_mutex_lock(&lock);
    memset(kinds, 0, sizeof(kinds));
    (void)pthread_mutex_unlock(&lock);
}

const char *
log_number(long long number)
{
    enum { TEXTS = 8, SIZE = 24 };
    static _Thread_local char texts[TEXTS][SIZE];
    static _Thread_local unsigned next;

    char *text = texts[next++ % TEXTS];
    (void)snprintf(text, SIZE, "%lld", number);
    return text;
}

/* Returns the place of a kind; when it has none, that of the kind of its
 * neighbours which came first. */
static struct kind *
find_kind(uint64_t hash)
{
    struct kind *oldest = &kinds[hash % KINDS];

    for (size_t i = 0; i < NEIGHBOURS; i++) {
        struct kind *kind = &kinds[(hash + i) % KINDS];
        if (kind->hash == hash)
            return kind;
        if (kind->since_ns < oldest->since_ns)
            oldest = kind;
    }
    return oldest;
}

/* Debugging is always written; of the rest of a kind a few in a window. Returns
 * false when this line is left out; '*ret_left_out' says how many were before
 * it. */
static bool
may_write(enum log_level level, uint64_t hash, unsigned *ret_left_out)
{
    struct kind *kind = find_kind(hash);
    int64_t now = clock_now_ns();

    if (kind->hash != hash || now - kind->since_ns > WINDOW_S * NS_PER_S) {
        *ret_left_out = kind->hash == hash ? kind->left_out : 0;
        *kind = (struct kind){.hash = hash, .since_ns = now, .written = 1};
        return true;
    }
    if (level != LOG_DEBUG && kind->written >= LINES_MOST) {
        kind->left_out++;
        return false;
    }
    kind->written++;
    return true;
}

static bool
is_plain(const char *text)
{
    const char *at = text;

    while (*at && at - text < TEXT_MOST) {
        size_t length = utf8_length(at);
        if (!length || (unsigned char)*at <= ' ' || strchr("\"\\=", *at))
            return false;
        at += length;
    }
    return at != text && !*at;
}

/* Writes one character of a quoted text and returns its bytes; what is not
 * UTF-8 becomes the replacement character, since JSON must be. */
static size_t
write_letter(FILE *out, const char *text)
{
    size_t length = utf8_length(text);

    if (*text == '"' || *text == '\\')
        (void)fprintf(out, "\\%c", *text);
    else if (*text == '\n')
        (void)fputs("\\n", out);
    else if ((unsigned char)*text < ' ')
        (void)fprintf(out, "\\u%04x", (unsigned)(unsigned char)*text);
    else if (length)
        (void)fwrite(text, 1, length, out);
    else
        (void)fputs("\xef\xbf\xbd", out);
    return length ? length : 1;
}

/* A text that is too long ends in "...". */
static void
write_quoted(FILE *out, const char *text)
{
    const char *at = text;

    (void)fputc('"', out);
    while (*at && at - text < TEXT_MOST)
        at += write_letter(out, at);
    if (*at)
        (void)fputs("...", out);
    (void)fputc('"', out);
}

static void
write_time(FILE *out)
{
    int64_t now = clock_wall_ns();
    time_t seconds = (time_t)(now / NS_PER_S);
    struct tm day;
    char text[32];

    (void)gmtime_r(&seconds, &day);
    (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &day);
    (void)fprintf(out, "%s.%03dZ", text, (int)(now / NS_PER_MS % 1000));
}

static void
write_text(FILE *out, const char *level, const struct pair *pairs, size_t count)
{
    write_time(out);
    (void)fprintf(out, " %s %s", level, pairs[0].text);
    for (size_t i = 1; i < count; i++) {
        (void)fprintf(out, " %s=", pairs[i].key);
        if (is_plain(pairs[i].text))
            (void)fputs(pairs[i].text, out);
        else
            write_quoted(out, pairs[i].text);
    }
    (void)fputc('\n', out);
}

static void
write_json(FILE *out, const char *level, const struct pair *pairs, size_t count)
{
    (void)fputs("{\"time\":\"", out);
    write_time(out);
    (void)fprintf(out, "\",\"level\":\"%s\"", level);
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(out, ",\"%s\":", pairs[i].key);
        write_quoted(out, pairs[i].text);
    }
    (void)fputs("}\n", out);
}

/* One write a line, so that lines of several processes do not mix. */
static void
write_line(enum log_level level, const struct pair *pairs, size_t count)
{
    weir_cleanup(weir_free) char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);

    if (!out)
        return;
    if (form == LOG_JSON)
        write_json(out, level_names[level], pairs, count);
    else
        write_text(out, level_names[level], pairs, count);
    if (fclose(out) == 0)
        (void)!write(STDERR_FILENO, line, size);
}

/* What a line is about. */
static bool
is_subject(const char *key)
{
    static const char *const keys[] = {"instance", "link", "part", "number",
                                       "peer"};

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static uint64_t
add_text(uint64_t hash, const char *text)
{
    return XXH64(text, strlen(text), hash);
}

static uint64_t
hash_kind(const struct pair *pairs, size_t count)
{
    uint64_t hash = add_text(1, pairs[0].text);

    for (size_t i = 1; i < count; i++)
        if (is_subject(pairs[i].key))
            hash = add_text(add_text(hash, pairs[i].key), pairs[i].text);
    return hash;
}

void
log_line(enum log_level level, const char *event, ...)
{
    struct pair pairs[PAIRS_MOST + 2] = {{"event", event}};
    size_t count = 1;
    unsigned left_out = 0;
    va_list rest;

    if ((int)level > most_level)
        return;
    va_start(rest, event);
    for (const char *key;
         count <= PAIRS_MOST && (key = va_arg(rest, char *));) {
        const char *text = va_arg(rest, const char *);
        if (text)
            pairs[count++] = (struct pair){key, text};
    }
    va_end(rest);

    (void)pthread_mutex_lock(&lock);
    bool write = may_write(level, hash_kind(pairs, count), &left_out);
    if (write && left_out)
        pairs[count++] = (struct pair){"left_out", log_number(left_out)};
    if (write)
        write_line(level, pairs, count);
    (void)pthread_mutex_unlock(&lock);
}
