/* influxdb.c - input: what programs write to an InfluxDB 1.x
 *
 * Takes line protocol at /write and /api/v2/write, and answers /ping.  A write
 * is answered when all its samples are durable; what can never be stored is
 * told, and the rest of its request is stored all the same.
 */
#include <config.h>

#include "influxdb.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../influx/answer.h"
#include "../../influx/login.h"
#include "base.h"

static const struct weir_option options[] = {
    LOGIN_OPTIONS(struct influxdb),
    WEIR_STATE_PATH(struct influxdb, path, "influx",
                    "Folder with the list of databases."),
    WEIR_BOOLEAN(struct influxdb, create, "false",
                 "Make a database when it is first written to."),
    WEIR_INTEGER(struct influxdb, rate, "0", 0, 1e12,
                 "Most samples a second of each database; 0: any number."),
    {0},
};

static const struct weir_metric told[] = {
    {"weir_influxdb_rounded_total", WEIR_COUNTER, "",
     "Integers that a double can not hold, and were rounded."},
    {"weir_influxdb_dropped_points_total", WEIR_COUNTER, "",
     "Points of which a field was refused, or all."},
    {"weir_influxdb_unreadable_lines_total", WEIR_COUNTER, "",
     "Lines that are no line protocol."},
    {"weir_influxdb_hurried_requests_total", WEIR_COUNTER, "",
     "Requests that came before rate allowed more samples."},
};

static void
tell(struct influxdb *self)
{
    const uint64_t values[] = {self->rounded, self->dropped, self->unreadable,
                               self->hurried};

    for (size_t i = 0; i < WEIR_COUNT(told); i++)
        weir_tell(self, &told[i], (double)values[i]);
}

/* Databases ----------------------------------------------------------------
 */

/* Writes a name in quotes as Go does, as much of it as there is room for. */
static void
quote(const char *name, char *out, size_t size)
{
    const char *end = out + size - sizeof("\\\"");

    *out++ = '"';
    for (; *name && out < end; name++) {
        if (*name == '"' || *name == '\\')
            *out++ = '\\';
        *out++ = *name;
    }
    *out++ = '"';
    *out = '\0';
}

/* Answers what the errno means for a database; takes the request. */
static void
refuse_database(struct weir_request **request_p, const char *name, int rc)
{
    static const struct {
        int rc, status;
        const char *what;
    } answers[] = {
        {-ENOENT, 404, "database not found"},
        {-EINVAL, 400, "invalid name"},
        {-EDQUOT, 429, "too many databases, no room for"},
    };
    char why[WHY_SIZE], quoted[WHY_SIZE / 2];

    quote(name, quoted, sizeof(quoted));
    for (size_t i = 0; i < WEIR_COUNT(answers); i++) {
        if (answers[i].rc != rc)
            continue;
        (void)snprintf(why, sizeof(why), "%s: %s", answers[i].what, quoted);
        answer_error(request_p, answers[i].status, why);
        return;
    }
    (void)snprintf(why, sizeof(why), "cannot read or write the databases: %s",
                   strerror(-rc));
    answer_error(request_p, 503, why);
}

/* Says whether there is such a database, or makes it.  Returns 0, -ENOENT, or
 * as databases_add(). */
static int
find_database(struct influxdb *self, const char *name)
{
    int has = databases_has(&self->databases, name);

    if (has != 0)
        return has < 0 ? has : 0;
    if (self->create)
        return databases_add(&self->databases, name);
    feeds_forget(&self->feeds, name);
    return -ENOENT;
}

/* Answers ------------------------------------------------------------------
 */

/* What was wrong with what the client sent, if anything. */
static void
answer_push(struct push *self)
{
    const char *why = self->why[0] ? self->why : self->failures;
    char *text = NULL;

    if (!why) {
        answer_nothing(&self->request);
        return;
    }
    if (self->points == 0 || asprintf(&text, "partial write: %s dropped=%zu",
                                      why, self->dropped) < 0)
        text = NULL;
    answer_error(&self->request, 400, text ? text : why);
    free(text);
}

/* A weir_stored for 'arg', a push. */
static void
stored(void *instance, void *arg, int rc, const char *why)
{
    weir_cleanup(push_destroy) struct push *self = arg;

    (void)instance;
    if (rc == -EAGAIN || rc == -ECANCELED) {
        answer_error(&self->request, 503,
                     why ? why : "there is no room now, try again");
        return;
    }
    if (rc < 0 && !self->why[0])
        (void)snprintf(self->why, sizeof(self->why),
                       "points beyond retention policy, or another limit: %s",
                       why ? why : "the store refused them");
    /* How many points these were nobody tells. */
    self->dropped += rc < 0 && self->dropped == 0;

    answer_push(self);
}

/* Requests -----------------------------------------------------------------
 */

static int64_t
wall_ns(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* Says whether more may come for the database; else takes the request. */
static bool
has_room(struct influxdb *self, struct feed *feed,
         struct weir_request **request_p)
{
    int64_t wait_s = feed_wait_s(feed, self->rate);
    char seconds[32];

    if (wait_s == 0)
        return true;
    self->hurried++;
    tell(self);
    (void)snprintf(seconds, sizeof(seconds), "%" PRId64, wait_s);
    weir_answer_head(*request_p, "Retry-After", seconds);
    answer_error(request_p, 429, "too many samples a second, see rate");
    return false;
}

/* Reads the body and sends it off; takes the request. */
static void
take_lines(struct influxdb *self, struct weir_request *request,
           struct feed *feed, int64_t unit_ns)
{
    weir_cleanup(push_destroy) struct push *push = xcalloc(1, sizeof(*push));
    size_t size = 0;

    push->owner = self;
    push->request = request;
    push->unit_ns = unit_ns;
    push->now_ns = wall_ns() / unit_ns * unit_ns;
    push->batch = weir_batch_begin(feed->source, push->now_ns);
    const char *body = weir_request_body(request, &size);
    push_read(push, body, size);
    feed->room -= (double)weir_batch_tally(push->batch).given;
    self->dropped += push->dropped;
    self->unreadable += push->unreadable;
    tell(self);
    struct weir_batch *batch = weir_take(push->batch);
    if (weir_batch_end(&batch, stored, push) < 0)
        answer_error(&push->request, 503, "there is no room now, try again");
    else
        push = NULL;
}

/* Finds a word's number in nanoseconds.  Returns false when there is none. */
static bool
read_precision(const char *word, int64_t *ret_ns)
{
    static const struct {
        const char *word;
        int64_t ns;
    } units[] = {
        {"", 1},
        {"n", 1},
        {"ns", 1},
        {"u", 1000},
        {"us", 1000},
        {"ms", 1000000},
        {"s", NS_PER_S},
        {"m", 60 * NS_PER_S},
        {"h", 3600 * NS_PER_S},
    };

    for (size_t i = 0; i < WEIR_COUNT(units); i++)
        if (strcmp(units[i].word, word ? word : "") == 0) {
            *ret_ns = units[i].ns;
            return true;
        }
    return false;
}

static bool
is_consistency(const char *word)
{
    static const char *const words[] = {"", "any", "one", "quorum", "all"};

    for (size_t i = 0; i < WEIR_COUNT(words); i++)
        if (!word || strcasecmp(words[i], word) == 0)
            return true;
    return false;
}

/* Writes to a database; takes the request. */
static void
write_to(struct influxdb *self, struct weir_request *request,
         const char *database)
{
    const char *precision = weir_request_get(request, "precision", 0);
    char why[WHY_SIZE];
    int64_t unit_ns = 1;

    int rc = find_database(self, database);
    if (rc < 0) {
        refuse_database(&request, database, rc);
    } else if (!read_precision(precision, &unit_ns)) {
        (void)snprintf(why, sizeof(why),
                       "invalid precision \"%.64s\" (use n, u, ms, s, m or h)",
                       precision);
        answer_error(&request, 400, why);
    } else if (!is_consistency(weir_request_get(request, "consistency", 0))) {
        answer_error(&request, 400, "invalid consistency level");
    } else {
        struct feed *feed = feeds_get(&self->feeds, self, database);
        if (has_room(self, feed, &request))
            take_lines(self, request, feed, unit_ns);
    }
}

/* Says whether the client may come in; else takes the request. */
static bool
may_enter(const struct influxdb *self, struct weir_request **request_p)
{
    const char *why = NULL;

    if (login_check(self->username, self->password, *request_p, &why) == 0)
        return true;
    answer_error(request_p, 401, why);
    return false;
}

static void
write_lines(void *instance, struct weir_request *request)
{
    struct influxdb *self = instance;
    const char *database = weir_request_get(request, "db", 0);

    if (!may_enter(self, &request))
        return;
    if (!database || !*database)
        answer_error(&request, 400, "database is required");
    else
        write_to(self, request, database);
}

/* A bucket is "database" or "database/policy". */
static void
write_bucket(void *instance, struct weir_request *request)
{
    struct influxdb *self = instance;
    const char *bucket = weir_request_get(request, "bucket", 0);
    char database[DATABASE_NAME_MOST + 2] = "";

    if (!may_enter(self, &request))
        return;
    size_t length = bucket ? strcspn(bucket, "/") : 0;
    if (length >= sizeof(database))
        length = sizeof(database) - 1;
    if (length)
        memcpy(database, bucket, length);
    if (!*database)
        answer_error(&request, 400, "bucket is required");
    else
        write_to(self, request, database);
}

static void
ping(void *instance, struct weir_request *request)
{
    (void)instance;
    answer_nothing(&request);
}

/* The plugin ----------------------------------------------------------------
 */

static int
influxdb_check(void *instance)
{
    const struct influxdb *self = instance;

    int rc = login_check_options(instance, self->username, self->password);
    if (rc == 0 && !*self->path)
        rc = weir_fail(instance, -EINVAL, "path must name a folder");
    return rc;
}

static int
influxdb_open(void *instance)
{
    static const struct {
        const char *method, *path;
        weir_handler *handler;
    } routes[] = {
        {"GET", "/ping", ping},
        {"LINES", "/write", write_lines},
        {"LINES", "/api/v2/write", write_bucket},
    };
    struct influxdb *self = instance;
    int rc = 0;

    databases_init(&self->databases, self->path);
    for (size_t i = 0; rc == 0 && i < WEIR_COUNT(routes); i++)
        rc = weir_route(self, routes[i].method, routes[i].path,
                        routes[i].handler);
    if (rc == 0)
        tell(self);
    return rc;
}

static void
influxdb_close(void *instance)
{
    struct influxdb *self = instance;

    feeds_fini(&self->feeds);
    databases_fini(&self->databases);
    line_fini(&self->line);
    point_fini(&self->point);
}

WEIR_INPUT(influxdb) = {
    .help = "What programs write to an InfluxDB: line protocol.",
    .instance_size = sizeof(struct influxdb),
    .options = options,
    .check = influxdb_check,
    .open = influxdb_open,
    .close = influxdb_close,
};
