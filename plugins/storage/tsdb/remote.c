/* remote.c - weir import and weir export to and from a weir that runs */
#include <config.h>

#include "remote.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "fetch.h"
#include "transfer.h"

enum { PIECE = 1 << 20, ANSWER = 512, TAIL = 1024 };

static const struct timespec nap = {0, 100 * NS_PER_MS};

/* A short question and its answer. */
struct exchange {
    struct errand *errand;
    struct fetch_request request;
    int status;
    char answer[ANSWER]; /* without the line's end */
};

static char *
path_of(const struct errand *errand, const char *what)
{
    char *path = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&path, &size));

    (void)fputs("/storage/", out);
    fetch_escape(out, errand->store);
    (void)fprintf(out, "/%s", what);
    (void)fclose(out);
    return x_or_die(path);
}

static int
fail_fetch(struct errand *errand, int rc, const char *why)
{
    return errand_fail(errand, rc,
                       "%s; --url says where a weir runs, --path DIR takes a "
                       "store that nobody holds",
                       why);
}

/* Returns 0 with any status, or fails. */
static int
ask(struct exchange *self)
{
    weir_cleanup(fetch_destroy) struct fetch *fetch = NULL;
    char why[FETCH_WHY];
    size_t size = 0;

    self->request.url = self->errand->url;
    int rc = fetch_open(&self->request, why, &fetch, &self->status);
    if (rc < 0)
        return fail_fetch(self->errand, rc, why);
    while (size + 1 < ANSWER) {
        ssize_t got = fetch_read(fetch, self->answer + size, ANSWER - 1 - size);
        if (got <= 0)
            break;
        size += (size_t)got;
    }
    self->answer[size] = '\0';
    self->answer[strcspn(self->answer, "\n")] = '\0';
    return 0;
}

static int
refuse(const struct exchange *self)
{
    struct errand *errand = self->errand;

    if (self->status == 404)
        return errand_fail(errand, -ENOENT,
                           "%s has no store tsdb called \"%s\" (--store says "
                           "which): %s",
                           errand->url, errand->store, self->answer);
    return errand_fail(errand, -EIO, "%s refuses it: %s (%d)", errand->url,
                       self->answer, self->status);
}

int
remote_find(struct errand *errand)
{
    weir_cleanup(weir_free) char *path = path_of(errand, "import");
    struct exchange exchange = {.errand = errand,
                                .request = {.method = "GET", .path = path}};

    int rc = ask(&exchange);
    if (rc < 0)
        return rc;
    return exchange.status == 200 ? 0 : refuse(&exchange);
}

/* Import ------------------------------------------------------------------- */

/* Posts with the rest of the query, and expects a status below 300. */
static int
post(struct exchange *self, const char *format, const char *id, uint64_t at)
{
    char what[128];

    (void)snprintf(what, sizeof(what), "import?do=%s&id=%s&at=%" PRIu64, format,
                   id, at);
    weir_cleanup(weir_free) char *path = path_of(self->errand, what);
    self->request.method = "POST";
    self->request.path = path;
    int rc = ask(self);
    self->request.path = NULL;
    if (rc < 0)
        return rc;
    return self->status < 300 ? 0 : refuse(self);
}

static int
send_file(struct exchange *self, const char *id, int fd)
{
    weir_cleanup(weir_free) char *piece = xcalloc(PIECE, 1);
    uint64_t size = (uint64_t)lseek(fd, 0, SEEK_END);
    int rc = 0;

    for (uint64_t at = 0; rc == 0 && at < size;) {
        ssize_t got = pread(fd, piece, PIECE, (off_t)at);
        if (got <= 0)
            return errand_fail(self->errand, got < 0 ? -errno : -EIO,
                               "cannot read what was staged");
        self->request.body = piece;
        self->request.size = (size_t)got;
        rc = post(self, "add", id, at);
        at += (uint64_t)got;
        if (rc == 0 &&
            errand_progress(self->errand, "sending", at, size) == -EINTR)
            rc = errand_fail(self->errand, -EINTR,
                             "interrupted: nothing was imported");
    }
    self->request.body = NULL;
    self->request.size = 0;
    return rc;
}

/* Waits until it is stored. */
static int
wait_for_end(struct exchange *self, const char *id)
{
    char what[64];
    int rc = 0;

    (void)snprintf(what, sizeof(what), "import?id=%s", id);
    weir_cleanup(weir_free) char *path = path_of(self->errand, what);
    self->request.method = "GET";
    self->request.path = path;
    while ((rc = ask(self)) == 0 && self->status == 200 &&
           strcmp(self->answer, "running") == 0) {
        (void)errand_progress(self->errand, "storing", 0, 0);
        (void)nanosleep(&nap, NULL);
    }
    self->request.path = NULL;
    if (rc == 0 && self->status == 200)
        return 0;
    if (rc == 0)
        return refuse(self);
    return errand_fail(self->errand, rc,
                       "it is not known whether all is imported, or nothing; "
                       "importing again changes nothing that is there");
}

int
remote_import(struct errand *errand, const char *path)
{
    struct exchange exchange = {.errand = errand};
    weir_cleanup(weir_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    char id[41];

    if (fd < 0)
        return errand_fail(errand, -errno, "cannot read %s", path);
    int rc = post(&exchange, "begin", "", 0);
    if (rc < 0)
        return rc;
    (void)snprintf(id, sizeof(id), "%.40s", exchange.answer);
    rc = send_file(&exchange, id, fd);
    if (rc == 0)
        rc = post(&exchange, "commit", id, 0);
    return rc < 0 ? rc : wait_for_end(&exchange, id);
}

/* Export ------------------------------------------------------------------- */

static char *
export_path(const struct errand *errand, const struct remote_wish *wish)
{
    weir_cleanup(weir_free) char *begin = path_of(errand, "export");
    char *path = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&path, &size));

    (void)fprintf(out, "%s?format=%s&start=%" PRId64 "&end=%" PRId64, begin,
                  wish->format, wish->start_ns, wish->end_ns);
    for (size_t i = 0; i < wish->match_count; i++) {
        (void)fputs("&match=", out);
        fetch_escape(out, wish->matches[i]);
    }
    (void)fclose(out);
    return x_or_die(path);
}

/* Text on its way, but for the end, which may be the last line. */
struct passing {
    struct errand *errand;
    struct fetch *fetch;
    dialect_write *write;
    void *arg;
    char text[(1 << 16) + TAIL];
    size_t size;
};

/* Until the end tells: a sample is a line. */
static void
count_lines(struct passing *self, size_t size)
{
    const char *at = self->text + self->size;
    const char *end = at + size;

    for (; (at = memchr(at, '\n', (size_t)(end - at))); at++)
        self->errand->samples++;
}

static int
pass(struct passing *self)
{
    ssize_t got = 0;
    int rc = 0;

    while (rc == 0 && (got = fetch_read(self->fetch, self->text + self->size,
                                        sizeof(self->text) - self->size)) > 0) {
        count_lines(self, (size_t)got);
        self->size += (size_t)got;
        size_t count = self->size > TAIL ? self->size - TAIL : 0;
        rc = count ? self->write(self->arg, self->text, count) : 0;
        memmove(self->text, self->text + count, self->size - count);
        self->size -= count;
        if (rc == 0)
            rc = errand_progress(self->errand, "reading", 0, 0);
    }
    return rc < 0 ? rc : (int)got;
}

/* Takes the last line off.  Returns NULL when it is not what should be there.
 */
static char *
take_last_line(struct passing *self)
{
    if (self->size == 0 || self->text[self->size - 1] != '\n')
        return NULL;
    self->text[self->size - 1] = '\0';
    char *line = memrchr(self->text, '\n', self->size - 1);
    line = line ? line + 1 : self->text;
    self->size = (size_t)(line - self->text);
    return line;
}

static int
end_export(struct passing *self)
{
    static const size_t whole = sizeof(TRANSFER_WHOLE) - 1;
    static const size_t failed = sizeof(TRANSFER_FAILED) - 1;
    char *line = take_last_line(self);

    if (line && strncmp(line, TRANSFER_FAILED, failed) == 0)
        return errand_fail(self->errand, -EIO, "%s", line + failed);
    if (!line || strncmp(line, TRANSFER_WHOLE, whole) != 0)
        return errand_fail(self->errand, -EPIPE,
                           "what %s sent was cut off, and is not whole",
                           self->errand->url);
    self->errand->samples = strtoull(line + whole, &line, 10);
    self->errand->series = strtoull(line, NULL, 10);
    return self->size ? self->write(self->arg, self->text, self->size) : 0;
}

int
remote_export(struct errand *errand, const struct remote_wish *wish,
              dialect_write *write, void *arg)
{
    weir_cleanup(weir_free) char *path = export_path(errand, wish);
    weir_cleanup(fetch_destroy) struct fetch *fetch = NULL;
    const struct fetch_request request = {
        .url = errand->url, .method = "GET", .path = path};
    char why[FETCH_WHY];
    int status = 0;

    int rc = fetch_open(&request, why, &fetch, &status);
    if (rc < 0)
        return fail_fetch(errand, rc, why);
    weir_cleanup(weir_free) struct passing *passing =
        xcalloc(1, sizeof(*passing));
    *passing = (struct passing){
        .errand = errand, .fetch = fetch, .write = write, .arg = arg};
    if (status != 200) {
        struct exchange exchange = {.errand = errand, .status = status};
        ssize_t got = fetch_read(fetch, exchange.answer, ANSWER - 1);
        exchange.answer[got > 0 ? got : 0] = '\0';
        exchange.answer[strcspn(exchange.answer, "\n")] = '\0';
        return refuse(&exchange);
    }
    rc = pass(passing);
    if (rc < 0)
        return errand_fail(errand, rc, "%s: %s", errand->url, strerror(-rc));
    return end_export(passing);
}
