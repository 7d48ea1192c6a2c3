/* configuration_test.c - from files to what shall run
 *
 * The traps of libconfuse that are sprung here bear their numbers, H1 to H14.
 */
#include <config.h>

#include "configuration.h"

#include <errno.h>
#include <weir/cleanup.h>

#include "folder.h"
#include "option.h"

/* A plugin that is there for any name but "none". */
struct fake {
    const char *path;
    struct weir_list targets;
    struct weir_pattern *match;
};

static const struct weir_option fake_options[] = {
    WEIR_PATH(struct fake, path, "", "Path."),
    WEIR_LIST(struct fake, targets, "", "Targets."),
    WEIR_PATTERN(struct fake, match, "", "Match."),
    {0},
};

static const struct weir_plugin fake_plugin = {
    .help = "Does nothing.",
    .instance_size = sizeof(struct fake),
    .options = fake_options,
};

static const struct weir_head fake_head = {WEIR_ABI, sizeof(struct weir_plugin),
                                           WEIR_KIND_INPUT, &fake_plugin};

static const struct weir_head *
find_fake(void *arg, enum weir_kind kind, const char *name,
          const char **reterr_why)
{
    (void)arg;
    (void)kind;
    if (strcmp(name, "none") != 0)
        return &fake_head;
    *reterr_why = "there is no none.so; see `weir plugins`";
    return NULL;
}

struct scene {
    struct folder *folder;
    struct configuration *configuration;
    int rc;
};

static void
scene_fini(struct scene *self)
{
    folder_destroy(&self->folder);
    configuration_destroy(&self->configuration);
}

static void
read_text(struct scene *self, const char *text)
{
    if (!self->folder)
        self->folder = folder_new();
    configuration_destroy(&self->configuration);
    self->rc = configuration_read(folder_file(self->folder, "a.conf", text),
                                  find_fake, NULL, &self->configuration);
}

/* The nth complaint is in that line, and has that text in it. */
static void
expect(const struct scene *self, size_t nth, int line, const char *text)
{
    const struct complaints *complaints = &self->configuration->complaints;
    char start[64];

    (void)snprintf(start, sizeof(start), "%s/a.conf:%d: ", self->folder->path,
                   line);
    ck_assert_uint_gt(complaints->count, nth);
    const char *found = complaints->list[nth].text;
    ck_assert_msg(strncmp(found, start, strlen(start)) == 0, "%s", found);
    ck_assert_msg(strstr(found, text), "%s", found);
}

static void
expect_only(const struct scene *self, int line, const char *text)
{
    expect(self, 0, line, text);
    ck_assert_uint_eq(self->configuration->complaints.count, 1);
    ck_assert_int_eq(self->rc, -EINVAL);
}

static void
expect_fine(const struct scene *self)
{
    const struct complaints *complaints = &self->configuration->complaints;

    ck_assert_msg(complaints->count == 0, "%s", complaints->list[0].text);
    ck_assert_int_eq(self->rc, 0);
}

#define SCENE weir_cleanup(scene_fini) struct scene scene = {0}

START_TEST(reads_a_pipeline_with_its_defaults)
{
    SCENE;

    read_text(&scene, "input host { }\nstorage memory { }\n"
                      "report exposition { }\n");

    expect_fine(&scene);
    const struct configuration *all = scene.configuration;
    ck_assert_uint_eq(all->instance_count, 3);
    ck_assert_uint_eq(all->link_count, 0);
    ck_assert_uint_eq(all->http.listen.count, 1);
    ck_assert_str_eq(all->http.listen.items[0], "127.0.0.1:9347");
    ck_assert_int_eq(all->drain_timeout_ns, INT64_C(5000000000));
    ck_assert_int_eq(all->log_level, LOG_INFO);
    ck_assert_int_eq(all->log_form, LOG_TEXT);
    const struct configured_instance *host = &all->instances[0];
    ck_assert_int_eq(host->kind, WEIR_KIND_INPUT);
    ck_assert_str_eq(host->name, "host");
    ck_assert_int_eq(host->interval_ns, INT64_C(10000000000));
    ck_assert_int_eq(host->timeout_ns, INT64_C(10000000000));
    ck_assert_int_eq(host->jitter_ns, 0);
    ck_assert_uint_eq(host->stores.count, 1);
    ck_assert_str_eq(host->stores.items[0], "memory");
    ck_assert_uint_eq(all->instances[1].stores.count, 0);
    ck_assert_str_eq(all->instances[2].stores.items[0], "memory");
}
END_TEST

START_TEST(gives_instances_what_stands_at_the_top)
{
    SCENE;

    read_text(&scene, "input a:x { labels { dc = b2 rack = 7 } }\n"
                      "input a:y { interval = 2s timeout = 1s\n"
                      "  log_level = debug }\n"
                      "storage memory { }\n"
                      "interval = 5s timeout = 3s log_level = warn\n"
                      "labels { dc = fra1 env = t }\n");

    expect_fine(&scene);
    const struct configured_instance *x =
        configuration_instance(scene.configuration, WEIR_KIND_INPUT, "x");
    const struct configured_instance *y =
        configuration_instance(scene.configuration, WEIR_KIND_INPUT, "y");
    ck_assert_str_eq(x->plugin, "a");
    ck_assert_int_eq(x->interval_ns, INT64_C(5000000000));
    ck_assert_int_eq(x->timeout_ns, INT64_C(3000000000));
    ck_assert_int_eq(x->log_level, LOG_WARN);
    ck_assert_uint_eq(x->labels.count, 3);
    ck_assert_str_eq(x->labels.labels[0].value, "b2");
    ck_assert_str_eq(x->labels.labels[1].name, "env");
    ck_assert_int_eq(y->interval_ns, INT64_C(2000000000));
    ck_assert_int_eq(y->timeout_ns, INT64_C(1000000000));
    ck_assert_int_eq(y->log_level, LOG_DEBUG);
    ck_assert_uint_eq(y->labels.count, 2);
}
END_TEST

START_TEST(fills_the_memory_of_instances)
{
    SCENE;

    read_text(&scene, "state = \"var\"\n"
                      "input a { path = x targets = {b, c} match = \"d.*\" }\n"
                      "storage memory { path = y }\n"
                      "report c { path = z }\n");

    expect_fine(&scene);
    const struct fake *input = scene.configuration->instances[0].memory;
    const struct fake *storage = scene.configuration->instances[1].memory;
    char path[64];
    (void)snprintf(path, sizeof(path), "%s/x", scene.folder->path);
    ck_assert_str_eq(input->path, path);
    ck_assert_uint_eq(input->targets.count, 2);
    ck_assert_ptr_nonnull(input->match);
    (void)snprintf(path, sizeof(path), "%s/var/y", scene.folder->path);
    ck_assert_str_eq(storage->path, path);
    const struct fake *report = scene.configuration->instances[2].memory;
    (void)snprintf(path, sizeof(path), "%s/var/z", scene.folder->path);
    ck_assert_str_eq(report->path, path);
}
END_TEST

START_TEST(writes_where_systemd_says_else_at_home)
{
    SCENE;
    ck_assert_int_eq(setenv("HOME", "/home/x", 1), 0);
    ck_assert_int_eq(setenv("STATE_DIRECTORY", "/var/lib/weir:/b", 1), 0);
    read_text(&scene, "storage memory { }");
    ck_assert_str_eq(scene.configuration->state, "/var/lib/weir");

    ck_assert_int_eq(unsetenv("STATE_DIRECTORY"), 0);
    read_text(&scene, "storage memory { }");
    ck_assert_str_eq(scene.configuration->state, "/home/x/.local/state/weir");

    ck_assert_int_eq(unsetenv("HOME"), 0);
    read_text(&scene, "storage memory { }");
    ck_assert_int_eq(scene.rc, -EINVAL);
    read_text(&scene, "storage memory { }\nstate = \"/s\"");
    ck_assert_int_eq(scene.rc, 0);
    ck_assert_str_eq(scene.configuration->state, "/s");
    ck_assert_int_eq(setenv("HOME", "/home/x", 1), 0);
}
END_TEST

START_TEST(reads_a_link)
{
    SCENE;

    read_text(&scene, "input a { }\nlink main {\n"
                      "  connect = {\"tcp://127.0.0.1:9348\"} window = 4M }\n");

    expect_fine(&scene);
    const struct configured_link *link =
        configuration_link(scene.configuration, "main");
    ck_assert_ptr_nonnull(link);
    ck_assert_str_eq(link->connect.items[0], "tcp://127.0.0.1:9348");
    ck_assert_uint_eq(link->window_bytes, 4 << 20);
    ck_assert_str_eq(scene.configuration->instances[0].stores.items[0], "main");
    ck_assert_ptr_null(configuration_link(scene.configuration, "a"));
}
END_TEST

START_TEST(h8_errors_of_all_statements_are_told)
{
    SCENE;

    read_text(&scene, "intervall = 1s\n"
                      "input host { pth = x }\n"
                      "input none { }\n"
                      "input b { interval = 10 }\n"
                      "storage tsdb:memory { listen = x }\n"
                      "http { listen = {\"x\"} }\n"
                      "input c { to = {memroy} }\n"
                      "drain_timeout = 5\n");

    ck_assert_int_eq(scene.rc, -EINVAL);
    ck_assert_uint_eq(scene.configuration->complaints.count, 8);
    expect(&scene, 0, 1, "no statement \"intervall\"; \"interval\" is near");
    expect(&scene, 1, 8, "drain_timeout: a unit is due");
    expect(&scene, 2, 6, "listen: an address such as 127.0.0.1:9347 is due");
    expect(&scene, 3, 2, "input host has no option \"pth\"; \"path\" is near");
    expect(&scene, 4, 3, "input none: there is no none.so");
    expect(&scene, 5, 4, "interval: a unit is due");
    expect(&scene, 6, 5, "storage tsdb:memory: an endpoint such as tcp://");
    expect(&scene, 7, 7,
           "to: there is no storage or link \"memroy\"; "
           "\"memory\" is near");
}
END_TEST

START_TEST(h12_errors_have_the_file_where_they_stand)
{
    SCENE;
    scene.folder = folder_new();
    folder_make(scene.folder, "conf.d");
    (void)folder_file(scene.folder, "conf.d/b.conf",
                      "\n\ninput b {\n  x = 1\n}\n");

    read_text(&scene, "storage memory { }\ninclude(\"conf.d/*.conf\")\n");

    ck_assert_uint_eq(scene.configuration->complaints.count, 1);
    ck_assert_ptr_nonnull(
        strstr(scene.configuration->complaints.list[0].text,
               "/conf.d/b.conf:4: input b has no option \"x\""));
}
END_TEST

START_TEST(h4_a_broken_file_harms_no_later_one)
{
    SCENE;

    for (int i = 0; i < 20; i++) {
        read_text(&scene, "input a { path = \"x }\nstorage memory {\n");
        ck_assert_int_eq(scene.rc, -EINVAL);
        read_text(&scene, "input a { targets = b }\nstorage memory { }\n");
        expect_fine(&scene);
    }
}
END_TEST

START_TEST(h10_what_stands_twice_is_told)
{
    SCENE;

    read_text(&scene, "interval = 1s\ninterval = 2s\n"
                      "http { }\nhttp { }\n"
                      "input a { }\ninput a { }\ninput b:a { }\n"
                      "storage m { }\n"
                      "link m { connect = \"ipc:///x\" }\n"
                      "report a { from = m }\n");

    expect(&scene, 0, 2, "interval stands already at ");
    expect(&scene, 1, 4, "http stands already at ");
    expect(&scene, 2, 6, "this name is taken by input a (");
    expect(&scene, 3, 7, "give it another one, as in b:NAME");
    expect(&scene, 4, 9, "this name is taken by storage m (");
}
END_TEST

START_TEST(names_and_titles_have_a_form)
{
    static const char *const bad[] = {
        "input { }",     "input A { }", "input a: { }",   "input a:B { }",
        "input a-b { }", "input = 3",   "input a:b:c { }"};
    SCENE;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "%s\nstorage m { }\n", bad[i]);
        read_text(&scene, text);
        expect_only(&scene, 1, "write input PLUGIN { ... }");
    }
    read_text(&scene, "link m:x { connect = \"ipc:///x\" }");
    expect(&scene, 0, 1, "write link NAME { ... }");
}
END_TEST

START_TEST(several_stores_must_be_chosen_from)
{
    SCENE;

    read_text(&scene, "input a { }\nstorage m { }\nstorage n { }\n"
                      "input b { to = {n, m, n} }\nreport c { from = m }\n");

    expect_only(&scene, 1, "say to = {...} with some of \"m\", \"n\"");
    const struct configured_instance *b =
        configuration_instance(scene.configuration, WEIR_KIND_INPUT, "b");
    ck_assert_uint_eq(b->stores.count, 2);
    ck_assert_str_eq(b->stores.items[0], "n");
}
END_TEST

START_TEST(without_a_store_there_is_nowhere_to_go)
{
    SCENE;

    read_text(&scene, "input a { }\nreport b { }\n");

    expect(&scene, 0, 1, "there is no storage to send to");
    expect(&scene, 1, 2, "there is no storage to ask");
}
END_TEST

START_TEST(a_store_that_nobody_uses_is_a_warning)
{
    SCENE;

    read_text(&scene, "input a { to = m }\nstorage m { }\nstorage n { }\n"
                      "storage o { listen = \"ipc:///o\" }\n"
                      "link l { connect = \"ipc:///l\" }\n");

    ck_assert_int_eq(scene.rc, 0);
    ck_assert_uint_eq(scene.configuration->complaints.count, 2);
    ck_assert(scene.configuration->complaints.list[0].warning);
    expect(&scene, 0, 3, "nothing uses storage n");
    expect(&scene, 1, 5, "nothing uses link l");
}
END_TEST

START_TEST(what_is_not_enabled_is_checked_and_left_out)
{
    SCENE;

    read_text(&scene, "input a { }\nstorage m { }\n"
                      "storage n { enabled = no match = \"a.*\" }\n"
                      "input b { enabled = no }\n");
    expect_fine(&scene);
    ck_assert_uint_eq(scene.configuration->instance_count, 2);

    read_text(&scene, "input a { to = n }\nstorage n { enabled = no }\n");
    expect_only(&scene, 1, "\"n\" is not enabled");

    read_text(&scene, "storage n { enabled = no x = 1 }\ninput a { }\n"
                      "storage m { }\n");
    expect_only(&scene, 1, "storage n has no option \"x\"");
}
END_TEST

START_TEST(an_address_that_is_taken_twice_is_told)
{
    SCENE;

    read_text(&scene, "http { listen = {\"127.0.0.1:1\", \"localhost:1\"} }\n"
                      "storage m { listen = {\"tcp://127.0.0.1:1\",\n"
                      "  \"ipc:///x\", \"tcp://127.0.0.2:1\"} }\n"
                      "storage n { listen = \"ipc:///x\" }\n"
                      "input a { to = {m, n} }\n");

    expect(&scene, 0, 1, "localhost:1 is taken by 127.0.0.1:1 (");
    expect(&scene, 1, 2, "tcp://127.0.0.1:1 is taken by 127.0.0.1:1 (");
    ck_assert_int_eq(scene.rc, -EINVAL);
    const struct complaints *all = &scene.configuration->complaints;
    bool found = false;
    for (size_t i = 0; i < all->count; i++)
        found =
            found || strstr(all->list[i].text, "ipc:///x is taken by ipc:///x");
    ck_assert(found);
}
END_TEST

START_TEST(a_path_of_two_storages_is_told)
{
    SCENE;

    read_text(&scene, "storage a:m { path = x }\nstorage b:n { path = x }\n"
                      "input a { to = {m, n} path = x }\n");

    expect_only(&scene, 2, "is that of storage m; use another");
}
END_TEST

START_TEST(what_is_open_to_others_must_be_wanted)
{
    static const struct {
        const char *start, *rest;
    } lines[] = {
        {"storage m { listen = \"tcp://*:9348\"", "input a { }"},
        {"storage m { listen = \"tcp://10.0.0.1:9348\"", "input a { }"},
        {"link m { connect = \"tcp://127.example:9348\"", "input a { }"},
        {"http { listen = \"0.0.0.0:80\"", "storage m { } input a { }"},
        {"http { listen = \":80\"", "storage m { } input a { }"},
    };
    SCENE;

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char text[128];
        (void)snprintf(text, sizeof(text), "%s }%s", lines[i].start,
                       lines[i].rest);
        read_text(&scene, text);
        expect_only(&scene, 1, "write insecure = true to allow that");

        (void)snprintf(text, sizeof(text), "%s insecure = true }%s",
                       lines[i].start, lines[i].rest);
        read_text(&scene, text);
        expect_fine(&scene);
    }
}
END_TEST

START_TEST(a_spool_is_read_with_its_defaults)
{
    SCENE;

    read_text(&scene, "link m { connect = \"ipc:///a\" spool { } }\n"
                      "storage s { spool { size = 2G age = 1d  sync = always "
                      "when_full = drop_newest } }\n"
                      "input a { to = {m, s} }\n");

    expect_fine(&scene);
    const struct spool_options *link =
        configuration_link(scene.configuration, "m")->spool;
    ck_assert_uint_eq(link->size.bytes, 1 << 30);
    ck_assert_int_eq(link->age.ns, 7 * 86400 * INT64_C(1000000000));
    ck_assert_int_eq(link->when_full, SPOOL_DROP_OLDEST);
    ck_assert_int_eq(link->sync, SPOOL_SYNC_INTERVAL);
    const struct spool_options *storage =
        configuration_instance(scene.configuration, WEIR_KIND_STORAGE, "s")
            ->spool;
    ck_assert_uint_eq(storage->size.bytes, UINT64_C(2) << 30);
    ck_assert_int_eq(storage->when_full, SPOOL_DROP_NEWEST);
    ck_assert_int_eq(storage->sync, SPOOL_SYNC_ALWAYS);
}
END_TEST

START_TEST(a_spool_that_is_too_small_or_comes_twice_is_told)
{
    SCENE;

    read_text(&scene, "link m { connect = \"ipc:///a\" spool { size = 1M } }\n"
                      "input a { }\n");
    expect_only(&scene, 1, "at least 4M");
    read_text(&scene, "link m { connect = \"ipc:///a\" spool { } spool { } }\n"
                      "input a { }\n");
    expect_only(&scene, 1, "two spools");
}
END_TEST

START_TEST(a_link_says_how_many_of_its_stores_keep_each_series)
{
    static const struct {
        const char *text;
        size_t copies;
    } cases[] = {
        {"connect = \"ipc:///a\"", 1},
        {"connect = \"ipc:///a\" copies = all", 1},
        {"connect = {\"ipc:///a\", \"ipc:///b\"}", 2},
        {"connect = {\"ipc:///a\", \"ipc:///b\"} copies = 1", 1},
        {"connect = {\"ipc:///a\", \"ipc:///b\", \"ipc:///c\"} copies = 2", 2},
        {"connect = {\"ipc:///a\", \"ipc:///b\", \"ipc:///c\"} copies = all",
         3},
    };
    SCENE;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[128];
        (void)snprintf(text, sizeof(text), "link m { %s }\ninput a { }\n",
                       cases[i].text);
        read_text(&scene, text);
        ck_assert_uint_eq(scene.configuration->complaints.error_count, 0);
        ck_assert_uint_eq(configuration_link(scene.configuration, "m")->copies,
                          cases[i].copies);
    }
}
END_TEST

START_TEST(stores_and_copies_that_do_not_fit_are_told)
{
    static const struct {
        const char *text;
        const char *why;
    } cases[] = {
        {"connect = {\"ipc:///a\", \"ipc:///b\", \"ipc:///c\"}",
         "or copies = all"},
        {"connect = {\"ipc:///a\", \"ipc:///b\"} copies = 3",
         "copies = 3, but connect names 2 stores"},
        {"connect = \"ipc:///a\" copies = 2", "names 1 store;"},
        {"connect = \"ipc:///a\" copies = 0", "from 1 to 1 or all is due"},
        {"connect = \"ipc:///a\" copies = both", "not \"both\""},
        {"connect = {\"ipc:///a\", \"ipc:///a\"}", "ipc:///a twice"},
        {"connect = {\"tcp://127.0.0.1:1\", \"tcp://127.0.0.1:01\"}",
         "twice; remove one"},
    };
    SCENE;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[128];
        (void)snprintf(text, sizeof(text), "link m { %s }\ninput a { }\n",
                       cases[i].text);
        read_text(&scene, text);
        expect_only(&scene, 1, cases[i].why);
    }
}
END_TEST

START_TEST(a_relay_needs_nothing_beside_it)
{
    SCENE;

    read_text(&scene, "link m { connect = \"ipc:///a\" listen = {\"ipc:///b\", "
                      "\"tcp://127.0.0.1:1\"} }\n");
    expect_fine(&scene);
    const struct configured_link *link =
        configuration_link(scene.configuration, "m");
    ck_assert_uint_eq(link->listen.count, 2);
    ck_assert_str_eq(link->listen.items[0], "ipc:///b");
    read_text(&scene, "link m { connect = \"ipc:///a\" listen = "
                      "\"tcp://*:1\" }\n");
    expect_only(&scene, 1, "set key and peers");
    read_text(&scene, "link m { connect = \"ipc:///a\" listen = "
                      "\"ipc:///b\" enabled = false }\n");
    ck_assert_int_eq(scene.rc, -EINVAL);
}
END_TEST

START_TEST(a_cycle_of_links_is_told)
{
    SCENE;

    read_text(&scene,
              "link a { connect = \"ipc:///b\" listen = \"ipc:///a\" }\n"
              "link b { connect = \"ipc:///a\" listen = \"ipc:///b\" }\n"
              "link c { connect = \"ipc:///a\" listen = \"ipc:///c\" }\n"
              "input x { to = {a, b, c} }\n");

    const struct complaints *all = &scene.configuration->complaints;
    size_t cycles = 0;
    for (size_t i = 0; i < all->count; i++)
        cycles += strstr(all->list[i].text, "comes back to it") != NULL;
    ck_assert_uint_eq(cycles, 2);
}
END_TEST

START_TEST(times_fit_one_another)
{
    SCENE;

    read_text(&scene, "storage m { }\n"
                      "input a { interval = 1s timeout = 2s }\n"
                      "input b { interval = 1ms }\n"
                      "input c { jitter = 1h }\n");

    expect(&scene, 0, 2, "the timeout is longer than the interval");
    expect(&scene, 1, 3, "the interval must be at least 10ms");
    ck_assert_uint_eq(scene.configuration->complaints.count, 2);
    const struct configured_instance *c =
        configuration_instance(scene.configuration, WEIR_KIND_INPUT, "c");
    ck_assert_int_eq(c->jitter_ns, c->interval_ns);
}
END_TEST

START_TEST(memory_at_the_end_of_links_is_a_warning)
{
    SCENE;

    read_text(&scene, "storage memory { listen = \"ipc:///m\" }\n");

    ck_assert_int_eq(scene.rc, 0);
    expect(&scene, 0, 1, "links end in storage memory, which forgets all");
}
END_TEST

START_TEST(a_file_without_purpose_is_told)
{
    SCENE;

    read_text(&scene, "interval = 1s\n");

    ck_assert_int_eq(scene.rc, -EINVAL);
    ck_assert_ptr_nonnull(strstr(scene.configuration->complaints.list[0].text,
                                 "there is nothing to run; add an input"));
}
END_TEST

START_TEST(a_missing_file_is_told)
{
    SCENE;

    scene.rc = configuration_read("/none/weir.conf", find_fake, NULL,
                                  &scene.configuration);

    ck_assert_int_eq(scene.rc, -EINVAL);
    ck_assert_uint_eq(scene.configuration->complaints.count, 1);
    ck_assert_str_eq(scene.configuration->complaints.list[0].text,
                     "/none/weir.conf: there is no such file; create it, or "
                     "name another");
}
END_TEST

START_TEST(a_reload_sees_what_changed)
{
    static const char first[] = "labels { a = 1 }\n"
                                "input x { path = p }\ninput y { }\n"
                                "report r { interval = 3s }\n"
                                "storage m { }\n";
    static const char second[] = "# a comment\nlabels { a = 1 }\n"
                                 "input x { path  =  p # as before\n }\n"
                                 "input y { targets = z }\n"
                                 "report r { interval = 3s }\n"
                                 "storage m { }\n";
    static const char third[] = "labels { a = 2 }\n"
                                "input x { path = p }\ninput y { }\n"
                                "report r { interval = 3s }\n"
                                "storage m { }\n";
    SCENE;
    struct configuration *old;
    read_text(&scene, first);
    expect_fine(&scene);
    old = weir_take(scene.configuration);

    read_text(&scene, second);
    const struct configured_instance *now = scene.configuration->instances;
    ck_assert(configured_instance_same(&old->instances[0], &now[0]));
    ck_assert(!configured_instance_same(&old->instances[1], &now[1]));
    ck_assert(configured_instance_same(&old->instances[2], &now[2]));

    read_text(&scene, third);
    now = scene.configuration->instances;
    ck_assert(!configured_instance_same(&old->instances[0], &now[0]));
    ck_assert(configured_instance_same(&old->instances[2], &now[2]));
    ck_assert(configured_instance_same(&old->instances[3], &now[3]));
    configuration_destroy(&old);
}
END_TEST

SPEC("configuration", reads_a_pipeline_with_its_defaults,
     gives_instances_what_stands_at_the_top, fills_the_memory_of_instances,
     writes_where_systemd_says_else_at_home, reads_a_link,
     h8_errors_of_all_statements_are_told,
     h12_errors_have_the_file_where_they_stand,
     h4_a_broken_file_harms_no_later_one, h10_what_stands_twice_is_told,
     names_and_titles_have_a_form, several_stores_must_be_chosen_from,
     without_a_store_there_is_nowhere_to_go,
     a_store_that_nobody_uses_is_a_warning,
     what_is_not_enabled_is_checked_and_left_out,
     an_address_that_is_taken_twice_is_told, a_path_of_two_storages_is_told,
     what_is_open_to_others_must_be_wanted, a_spool_is_read_with_its_defaults,
     a_spool_that_is_too_small_or_comes_twice_is_told,
     a_link_says_how_many_of_its_stores_keep_each_series,
     stores_and_copies_that_do_not_fit_are_told,
     a_relay_needs_nothing_beside_it, a_cycle_of_links_is_told,
     times_fit_one_another, memory_at_the_end_of_links_is_a_warning,
     a_file_without_purpose_is_told, a_missing_file_is_told,
     a_reload_sees_what_changed)
