/* harness_test.c - the host of one plugin in a test; it leaves nothing behind
 */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>

#include <weir/harness.h>
#include <weir/text.h>

#include "base.h"
#include "spec.h"

/* An input that does all that may be on its way when it closes. */
struct busy {
    int64_t check_rc, open_rc;
    const char *text;
    struct weir_source *source;
    unsigned posts, works, fates, cancelled;
};

static const struct weir_option options[] = {
    WEIR_INTEGER(struct busy, check_rc, "0", -200, 0, "What check returns."),
    WEIR_INTEGER(struct busy, open_rc, "0", -200, 0, "What open returns."),
    WEIR_TEXT(struct busy, text, "none", "A text."),
    {0},
};

static const struct weir_metric value = {"busy_value", WEIR_GAUGE, "", "Busy."};

static int
busy_check(void *self)
{
    const struct busy *busy = self;

    if (busy->check_rc < 0)
        return weir_fail(self, (int)busy->check_rc, "bad %s", busy->text);
    return 0;
}

static void
answer_plainly(void *self, struct weir_request *request)
{
    const char *name = weir_request_get(request, "name", 0);

    (void)self;
    name = name ? name : "nobody";
    weir_answer(&request, 200, "text/plain", name, strlen(name));
}

static void
answer_later(void *self, void *arg)
{
    struct weir_request *request = arg;

    (void)self;
    ck_assert_int_eq(weir_answer_part(request, 202, "text/plain", "in ", 3), 0);
    weir_answer(&request, 0, NULL, "parts", 5);
}

static void
answer_in_parts(void *self, struct weir_request *request)
{
    ck_assert_int_eq(weir_timer(self, NS_PER_MS, 0, answer_later, request), 0);
}

static int
busy_open(void *self)
{
    struct busy *busy = self;

    busy->source = weir_source_new(self, "own", NULL);
    (void)weir_route(self, "GET", "/name", answer_plainly);
    (void)weir_route(self, "GET", "/parts", answer_in_parts);
    if (busy->open_rc < 0)
        return weir_fail(self, (int)busy->open_rc, "cannot %s", busy->text);
    return 0;
}

static void
count_post(void *self, void *arg)
{
    struct busy *busy = self;

    (void)arg;
    busy->posts++;
}

static void
count_work(void *self, void *arg)
{
    struct busy *busy = self;

    (void)arg;
    busy->works++;
}

static void
take_time(void *arg)
{
    (void)arg;
    (void)usleep(5000);
}

static void
count_fate(void *self, void *arg, int rc, const char *why)
{
    struct busy *busy = self;

    (void)arg;
    (void)why;
    busy->fates += rc == 0;
    busy->cancelled += rc < 0;
}

static void
send_one(struct busy *busy)
{
    struct weir_batch *batch = weir_batch_begin(busy->source, NS_PER_S);

    weir_add(batch, &value, (struct weir_label[]){{"own", "1"}, {0}}, 1);
    ck_assert_int_eq(weir_batch_end(&batch, count_fate, NULL), 0);
}

static void
busy_close(void *self)
{
    struct busy *busy = self;

    if (!busy->source)
        return;
    send_one(busy);
    weir_source_destroy(&busy->source);
}

static int
busy_collect(void *self, struct weir_batch *out)
{
    weir_add(out, &value, NULL, 7);
    weir_post(self, count_post, NULL);
    ck_assert_int_eq(weir_timer(self, 0, 0, count_post, NULL), 0);
    for (int i = 0; i < 4; i++)
        (void)weir_work(self, take_time, count_work, NULL);
    send_one(self);
    return 0;
}

WEIR_INPUT(busy) = {
    .help = "Is busy.",
    .instance_size = sizeof(struct busy),
    .options = options,
    .check = busy_check,
    .open = busy_open,
    .close = busy_close,
    .collect = busy_collect,
};

static struct weir_harness *
open_busy(void)
{
    struct weir_harness *harness = NULL;

    ck_assert_int_eq(weir_harness_open(&busy_LTX_weir_plugin, NULL, &harness),
                     0);
    return harness;
}

START_TEST(what_is_on_its_way_is_served)
{
    struct weir_harness *harness = open_busy();
    const struct busy *busy = weir_harness_self(harness);

    ck_assert_int_eq(weir_harness_collect(harness, NS_PER_S), 0);
    while (busy->works < 4)
        weir_harness_run(harness, NS_PER_MS);

    ck_assert_uint_eq(busy->posts, 2);
    ck_assert_uint_eq(busy->fates, 1);
    ck_assert_uint_eq(busy->cancelled, 0);
    weir_harness_destroy(&harness);
    ck_assert_ptr_null(harness);
    weir_harness_destroy(&harness);
}
END_TEST

START_TEST(what_is_on_its_way_when_it_ends_is_freed)
{
    struct weir_harness *harness = open_busy();

    ck_assert_int_eq(weir_harness_collect(harness, NS_PER_S), 0);

    weir_harness_destroy(&harness);
}
END_TEST

START_TEST(a_bad_setting_is_refused_with_a_reason)
{
    struct weir_harness *harness = NULL;

    ck_assert_int_eq(weir_harness_open(&busy_LTX_weir_plugin,
                                       (const char *[]){"nosuch = 1", NULL},
                                       &harness),
                     -EINVAL);
    ck_assert_ptr_null(harness);
    ck_assert_ptr_nonnull(strstr(weir_harness_why(NULL), "nosuch"));
}
END_TEST

START_TEST(a_check_that_fails_is_told_with_its_reason)
{
    struct weir_harness *harness = NULL;

    ck_assert_int_eq(
        weir_harness_open(
            &busy_LTX_weir_plugin,
            (const char *[]){"check_rc = -22", "text = \"taste\"", NULL},
            &harness),
        -EINVAL);
    ck_assert_str_eq(weir_harness_why(NULL), "bad taste: Invalid argument");
}
END_TEST

START_TEST(an_open_that_fails_is_closed_and_told_with_its_reason)
{
    struct weir_harness *harness = NULL;

    ck_assert_int_eq(
        weir_harness_open(
            &busy_LTX_weir_plugin,
            (const char *[]){"open_rc = -13", "text = \"do it\"", NULL},
            &harness),
        -EACCES);
    ck_assert_str_eq(weir_harness_why(NULL), "cannot do it: Permission denied");
}
END_TEST

START_TEST(requests_are_answered_at_once_or_in_parts)
{
    struct weir_harness *harness = open_busy();
    char *body = NULL;

    ck_assert_int_eq(weir_harness_request(harness, "GET", "/name?name=a%20b",
                                          NULL, NULL, &body),
                     200);
    ck_assert_str_eq(body, "a b");
    free(body);
    ck_assert_int_eq(
        weir_harness_request(harness, "GET", "/parts", NULL, NULL, &body), 202);
    ck_assert_str_eq(body, "in parts");
    free(body);
    ck_assert_int_eq(
        weir_harness_request(harness, "GET", "/name", NULL, NULL, NULL), 200);
    ck_assert_int_eq(
        weir_harness_request(harness, "GET", "/none", NULL, NULL, NULL),
        -ENOENT);
    weir_harness_destroy(&harness);
}
END_TEST

/* A storage that keeps one text of all that came. */
struct keeper {
    uint64_t samples;
    unsigned resolved, forgotten;
};

static unsigned forgotten;

static int
keeper_resolve(void *self, const struct weir_layout *layout, uint32_t from,
               void **resolved_p)
{
    struct keeper *keeper = self;

    ck_assert_uint_lt(from, layout->count);
    keeper->resolved++;
    *resolved_p = keeper;
    return 0;
}

static void
keeper_forget(void *self, void *resolved)
{
    ck_assert_ptr_eq(self, resolved);
    forgotten++;
}

static int
keeper_append(void *self, const struct weir_batch *in,
              const struct weir_ticket *ticket)
{
    struct keeper *keeper = self;
    size_t count = 0;
    const struct weir_rows *rows = weir_batch_rows(in, &count);

    for (size_t i = 0; i < count; i++)
        keeper->samples += rows[i].width;
    const struct weir_loose *loose = weir_batch_loose(in, &count);
    for (size_t i = 0; i < count; i++)
        keeper->samples += loose[i].count;
    weir_durable(self, ticket->number);
    return 0;
}

static int
keeper_select(void *self, const struct weir_select *what,
              struct weir_sink *sink)
{
    const struct keeper *keeper = self;
    char text[32];

    if (what->want != WEIR_STATUS)
        return -ENOTSUP;
    (void)snprintf(text, sizeof(text), "samples=%" PRIu64, keeper->samples);
    return weir_sink_text(sink, text);
}

WEIR_STORAGE(keeper) = {
    .help = "Counts.",
    .instance_size = sizeof(struct keeper),
    .resolve = keeper_resolve,
    .forget = keeper_forget,
    .append = keeper_append,
    .select = keeper_select,
};

START_TEST(a_storage_is_appended_to_and_asked)
{
    struct weir_harness *harness = NULL;
    char *text = NULL;
    forgotten = 0;
    ck_assert_int_eq(weir_harness_open(&keeper_LTX_weir_plugin, NULL, &harness),
                     0);

    ck_assert_int_eq(weir_harness_append(harness, "a 1 100\nb 2 100\n"), 0);
    ck_assert_int_eq(weir_harness_append(harness, "a 1 100\na 2 101\nc 1 5\n"),
                     0);
    ck_assert_int_eq(weir_harness_append(harness, ""), -EINVAL);
    ck_assert_uint_eq(weir_harness_durable(harness), 2);
    const struct weir_select status = {.want = WEIR_STATUS};
    ck_assert_int_eq(weir_harness_select(harness, &status, &text), 0);
    ck_assert_str_eq(text, "samples=5\n");
    free(text);
    const struct weir_select samples = {.want = WEIR_SAMPLES};
    ck_assert_int_eq(weir_harness_select(harness, &samples, &text), -ENOTSUP);
    free(text);

    weir_harness_destroy(&harness);
    ck_assert_uint_eq(forgotten, 1);
}
END_TEST

SPEC("harness", what_is_on_its_way_is_served,
     what_is_on_its_way_when_it_ends_is_freed,
     a_bad_setting_is_refused_with_a_reason,
     a_check_that_fails_is_told_with_its_reason,
     an_open_that_fails_is_closed_and_told_with_its_reason,
     requests_are_answered_at_once_or_in_parts,
     a_storage_is_appended_to_and_asked)
