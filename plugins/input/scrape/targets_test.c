/* targets_test.c - what a set of targets promises while they come and go */
#include <config.h>

#include "targets.c"

#include <weir/harness.h>

#include "spec.h"

/* A plugin whose targets are nowhere. ------------------------------------- */

static const struct weir_option options[] = {
    SCRAPER_OPTIONS("1M"),
    DISCOVERY_OPTIONS,
    {0},
};

static int
read_nothing(struct target *target, struct weir_batch *into, char why[WHY_ROOM])
{
    (void)target;
    (void)into;
    why[0] = '\0';
    return 0;
}

static const struct format nothing = {
    .path = "/things", .accept = "Accept: text/plain", .read = read_nothing};

static int
things_open(void *instance)
{
    return scraper_open(instance, &nothing);
}

static void
things_close(void *instance)
{
    scraper_close(instance);
}

WEIR_INPUT(things) = {
    .help = "Things.",
    .instance_size = sizeof(struct scraper),
    .options = options,
    .open = things_open,
    .close = things_close,
};

/* Given, when, then ------------------------------------------------------- */

static struct weir_harness *
begin(const char *setting)
{
    const char *settings[] = {"job = \"things\"", setting, NULL};
    struct weir_harness *harness = NULL;

    ck_assert_msg(
        weir_harness_open(&things_LTX_weir_plugin, settings, &harness) == 0,
        "%s", weir_harness_why(NULL));
    return harness;
}

/* Adds a set of labels written "a=b;c=d". */
static void
find(struct findings *found, const char *text)
{
    char *copy = strdup(text);
    char *rest = copy;
    struct labelset *set = NULL;

    ck_assert_int_eq(findings_add(found, &set), 0);
    for (char *each; (each = strsep(&rest, ";"));) {
        char *value = strchr(each, '=');
        *value++ = '\0';
        ck_assert_int_eq(findings_label(found, set, each, value), 0);
    }
    free(copy);
}

static struct targets *
offer(struct weir_harness *harness, const char *name, const char *const *texts)
{
    struct scraper *scraper = weir_harness_self(harness);
    struct findings found = {0};

    for (; *texts; texts++)
        find(&found, *texts);
    ck_assert_int_eq(targets_offer(&scraper->set, name, &found), 0);
    ck_assert_int_eq(targets_settle(&scraper->set), 0);
    findings_fini(&found);
    return &scraper->set;
}

#define OFFER(harness, name, ...) \
    offer(harness, name, (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

static const struct target *
find_url(const struct targets *targets, const char *url)
{
    for (size_t i = 0; i < targets->count; i++)
        if (strcmp(targets->list[i]->place.url, url) == 0)
            return targets->list[i];
    ck_abort_msg("there is no %s", url);
}

START_TEST(what_is_found_says_where_and_which_labels)
{
    static const struct {
        const char *found, *url, *labels;
    } cases[] = {
        {"__address__=a:1", "http://a:1/things", "instance=a:1;job=things;"},
        {"__address__=a;__scheme__=https;__metrics_path__=m;x=y;__meta_z=1",
         "https://a/m", "instance=a:443;job=things;x=y;"},
        {"__address__=a:1;__param_module=a b;__param_t=&;job=j;instance=i",
         "http://a:1/things?module=a+b&t=%26", "instance=i;job=j;"},
        {"__address__=a:1;__metrics_path__=/p?q=1;__param_r=2",
         "http://a:1/p?q=1&r=2", "instance=a:1;job=things;"},
        {"__address__=[::1]:9", "http://[::1]:9/things",
         "instance=[::1]:9;job=things;"},
    };
    struct weir_harness *harness = begin(NULL);

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        const struct targets *targets = OFFER(harness, "x", cases[i].found);
        char text[256] = "";
        size_t size = 0;
        ck_assert_uint_eq(targets->count, 1);
        const struct target *target = targets->list[0];
        ck_assert_str_eq(target->place.url, cases[i].url);
        for (size_t k = 0; k < target->labels.count; k++)
            size += (size_t)snprintf(text + size, sizeof(text) - size, "%s=%s;",
                                     target->labels.labels[k].name,
                                     target->labels.labels[k].value);
        ck_assert_str_eq(text, cases[i].labels);
    }
    weir_harness_destroy(&harness);
}
END_TEST

START_TEST(what_stays_goes_on_and_what_goes_is_gone)
{
    struct weir_harness *harness = begin(NULL);
    const struct targets *targets =
        OFFER(harness, "x", "__address__=a:1", "__address__=b:1");
    const struct target *stays = find_url(targets, "http://b:1/things");
    int64_t due_ns = stays->turn.due_ns;

    (void)OFFER(harness, "x", "__address__=c:1", "__address__=b:1;__meta_a=b",
                "__address__=a:1;x=y");

    ck_assert_uint_eq(targets->count, 3);
    ck_assert_uint_eq(targets->turns.count, 3);
    ck_assert_ptr_eq(find_url(targets, "http://b:1/things"), stays);
    ck_assert_int_eq(stays->turn.due_ns, due_ns);
    (void)OFFER(harness, "x");
    ck_assert_uint_eq(targets->count, 0);
    ck_assert_uint_eq(targets->turns.count, 0);
    weir_harness_destroy(&harness);
}
END_TEST

START_TEST(duplicates_are_one_target_whoever_found_them)
{
    struct weir_harness *harness = begin("targets = {\"a:1\"}");

    const struct targets *targets =
        OFFER(harness, "x", "__address__=a:1;__meta_n=1",
              "__address__=a:1;__meta_n=2", "__address__=b:1");
    (void)OFFER(harness, "y", "__address__=b:1", "__address__=a:1;n=1");

    ck_assert_uint_eq(targets->count, 3);
    const struct target *both = find_url(targets, "http://b:1/things");
    (void)OFFER(harness, "x");
    ck_assert_uint_eq(targets->count, 3);
    ck_assert_ptr_eq(find_url(targets, "http://b:1/things"), both);
    weir_harness_destroy(&harness);
}
END_TEST

START_TEST(what_is_unfit_is_told_and_the_others_are_scraped)
{
    static const struct {
        const char *found, *why;
    } cases[] = {
        {"x=y", "no __address__"},
        {"__address__=a/b", "not host:port"},
        {"__address__=user@a", "not host:port"},
        {"__address__=a:99999", "no address"},
        {"__address__=a;__scheme__=ftp", "neither http nor https"},
        {"__address__=a;__metrics_path__=/#b", "'#'"},
        {"__address__=a;b-c=d", "name of a label"},
        {"__address__=a;=d", "name of a label"},
    };
    struct weir_harness *harness = begin(NULL);

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        const struct targets *targets =
            OFFER(harness, "x", "__address__=a:1", cases[i].found);
        ck_assert_msg(targets->count == 1, "%s", cases[i].found);
        ck_assert_uint_eq(targets->unfit, 1);
        ck_assert_msg(strstr(targets->told, cases[i].why) != NULL, "%s: %s",
                      cases[i].found, targets->told);
    }
    const struct targets *targets = OFFER(harness, "x", "__address__=a:1");
    ck_assert_uint_eq(targets->unfit, 0);
    ck_assert_str_eq(targets->told, "");
    weir_harness_destroy(&harness);
}
END_TEST

START_TEST(above_the_limit_are_always_the_same_ones)
{
    struct weir_harness *harness = begin("target_limit = 2");

    const struct targets *targets =
        OFFER(harness, "x", "__address__=c:1", "__address__=a:1",
              "__address__=a:1", "__address__=b:1", "__address__=d:1");

    ck_assert_uint_eq(targets->count, 2);
    ck_assert_uint_eq(targets->above, 2);
    ck_assert_ptr_nonnull(strstr(targets->told, "2 targets are above"));
    (void)find_url(targets, "http://a:1/things");
    (void)find_url(targets, "http://b:1/things");
    weir_harness_destroy(&harness);
}
END_TEST

START_TEST(offers_that_come_together_make_one_change)
{
    struct weir_harness *harness = begin(NULL);
    struct scraper *scraper = weir_harness_self(harness);

    for (int i = 0; i < 3; i++) {
        struct findings found = {0};
        find(&found, i == 2 ? "__address__=last" : "__address__=other");
        ck_assert_int_eq(targets_offer(&scraper->set, "x", &found), 0);
        findings_fini(&found);
    }

    ck_assert_uint_eq(scraper->set.count, 0);
    ck_assert(scraper->set.pending);
    for (int i = 0; i < 1000 && scraper->set.pending; i++)
        weir_harness_run(harness, NS_PER_MS);
    ck_assert_uint_eq(scraper->set.count, 1);
    (void)find_url(&scraper->set, "http://last/things");
    weir_harness_destroy(&harness);
}
END_TEST

START_TEST(an_offer_that_says_the_same_changes_nothing)
{
    struct weir_harness *harness = begin(NULL);
    struct scraper *scraper = weir_harness_self(harness);
    struct findings found = {0};

    (void)OFFER(harness, "x", "__address__=a:1", "__address__=b:1;x=y");
    find(&found, "__address__=a:1");
    find(&found, "x=y;__address__=b:1");
    ck_assert_int_eq(targets_offer(&scraper->set, "x", &found), 0);
    ck_assert(!scraper->set.pending);
    ck_assert_uint_eq(scraper->set.count, 2);

    findings_fini(&found);
    find(&found, "__address__=a:1");
    find(&found, "x=z;__address__=b:1");
    ck_assert_int_eq(targets_offer(&scraper->set, "x", &found), 0);
    ck_assert(scraper->set.pending);
    weir_harness_destroy(&harness);
}
END_TEST

SPEC("targets", what_is_found_says_where_and_which_labels,
     what_stays_goes_on_and_what_goes_is_gone,
     duplicates_are_one_target_whoever_found_them,
     what_is_unfit_is_told_and_the_others_are_scraped,
     above_the_limit_are_always_the_same_ones,
     offers_that_come_together_make_one_change,
     an_offer_that_says_the_same_changes_nothing)
