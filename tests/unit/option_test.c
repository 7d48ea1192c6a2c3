/* option_test.c - from the settings of a statement into a struct
 *
 * The traps of libconfuse that are sprung here bear their numbers, H1 to H14.
 */
#include <config.h>

#include "option.h"

#include <errno.h>
#include <limits.h>
#include <weir/cleanup.h>

#include "option_sample.h"
#include "section.h"
#include "spec.h"

struct scene {
    struct sample sample;
    struct arena texts;
    struct complaints complaints;
    int rc;
};

static void
scene_fini(struct scene *self)
{
    option_fini(sample_options, &self->sample);
    complaints_clear(&self->complaints);
    arena_clear(&self->texts);
}

/* Reads 'text' as if it began in line 10. */
static void
read_table(struct scene *self, const struct weir_option *table, void *memory,
           const char *text)
{
    struct section_part part = {table, memory};
    struct section section = {
        .at = {"a.conf", 10},
        .what = "input x",
        .text = text,
        .text_line = 10,
        .parts = &part,
        .part_count = 1,
        .place = {"/etc/weir", &self->texts, "/var/lib/weir"},
        .into = &self->complaints,
    };

    complaints_clear(&self->complaints);
    option_defaults(table, memory, &section.place);
    self->rc = section_read(&section);
}

static void
read_text(struct scene *self, const char *text)
{
    read_table(self, sample_options, &self->sample, text);
}

static void
expect(const struct scene *self, size_t nth, const char *text)
{
    ck_assert_int_eq(self->rc, -EINVAL);
    ck_assert_uint_gt(self->complaints.count, nth);
    ck_assert_str_eq(self->complaints.list[nth].text, text);
}

static void
expect_fine(const struct scene *self)
{
    ck_assert_msg(self->rc == 0 && self->complaints.count == 0, "%s",
                  self->complaints.count ? self->complaints.list[0].text : "?");
}

#define SCENE weir_cleanup(scene_fini) struct scene scene = {0}

START_TEST(has_the_defaults_when_nothing_is_set)
{
    SCENE;

    read_text(&scene, "");

    const struct sample *sample = &scene.sample;
    expect_fine(&scene);
    ck_assert_str_eq(sample->text, "a b");
    ck_assert_int_eq(sample->integer, 5);
    ck_assert_double_eq(sample->real, 0.5);
    ck_assert(sample->boolean);
    ck_assert_int_eq(sample->duration.ns, INT64_C(10000000000));
    ck_assert_uint_eq(sample->size.bytes, 64 << 20);
    ck_assert_int_eq(sample->choice, 1);
    ck_assert_uint_eq(sample->list.count, 2);
    ck_assert_str_eq(sample->list.items[1], "y");
    ck_assert_ptr_null(sample->pattern);
    ck_assert_str_eq(sample->path, "/etc/weir/file");
    ck_assert_str_eq(sample->kept, "/var/lib/weir/kept");
    ck_assert_str_eq(sample->endpoint, "");
    ck_assert_uint_eq(sample->labels.count, 0);
    ck_assert_ptr_null(sample->labels.labels[0].name);
    ck_assert_uint_eq(sample->items.count, 0);
}
END_TEST

START_TEST(takes_a_value_of_each_type)
{
    SCENE;

    read_text(&scene, "text = \"x # y\" integer = 7 real = 0.25 boolean = Off\n"
                      "duration = 1h30m size = 1.5G choice = text\n"
                      "list = {a, \"b c\",} list += d\n"
                      "pattern = 'go_\\w+' path = \"../x\"\n"
                      "endpoint = tcp://[::1]:9 secret = 's'");

    const struct sample *sample = &scene.sample;
    expect_fine(&scene);
    ck_assert_str_eq(sample->text, "x # y");
    ck_assert_int_eq(sample->integer, 7);
    ck_assert_double_eq(sample->real, 0.25);
    ck_assert(!sample->boolean);
    ck_assert_int_eq(sample->duration.ns, INT64_C(5400000000000));
    ck_assert_uint_eq(sample->size.bytes, UINT64_C(1536) << 20);
    ck_assert_int_eq(sample->choice, 0);
    ck_assert_uint_eq(sample->list.count, 3);
    ck_assert_str_eq(sample->list.items[1], "b c");
    ck_assert_str_eq(sample->list.items[2], "d");
    ck_assert_ptr_nonnull(sample->pattern);
    ck_assert_str_eq(sample->path, "/etc/weir/../x");
    ck_assert_str_eq(sample->endpoint, "tcp://[::1]:9");
    ck_assert_str_eq(sample->secret, "s");
}
END_TEST

START_TEST(h11_a_map_takes_any_label_and_sorts_them)
{
    SCENE;

    read_text(&scene, "labels {\n dc = fra1\n \"a\" = \"x y\"\n text = 1\n}");

    const struct weir_map *map = &scene.sample.labels;
    expect_fine(&scene);
    ck_assert_uint_eq(map->count, 3);
    ck_assert_str_eq(map->labels[0].name, "a");
    ck_assert_str_eq(map->labels[0].value, "x y");
    ck_assert_str_eq(map->labels[1].name, "dc");
    ck_assert_str_eq(map->labels[2].value, "1");
    ck_assert_ptr_null(map->labels[3].name);
    ck_assert_str_eq(scene.sample.text, "a b");
}
END_TEST

START_TEST(refuses_what_cannot_be_a_label)
{
    SCENE;

    read_text(&scene, "labels { 9a = x\n b = {x}\n c { }\n d = 1\n d = 2 }");

    ck_assert_uint_eq(scene.complaints.count, 4);
    expect(&scene, 0,
           "a.conf:10: \"9a\" cannot name a label; use letters, digits and _");
    expect(&scene, 1, "a.conf:11: a label has one text: b = \"TEXT\"");
    expect(&scene, 2, "a.conf:12: a label has one text: c = \"TEXT\"");
    expect(&scene, 3,
           "a.conf:14: d is set already in line 13; remove one of them");
    ck_assert_uint_eq(scene.sample.labels.count, 1);
}
END_TEST

START_TEST(repeats_blocks_with_a_table_of_their_own)
{
    SCENE;

    read_text(&scene, "items { name = a every = 2s labels { x = 1 } }\n"
                      "items { name = b only = \"\" }");

    expect_fine(&scene);
    ck_assert_uint_eq(scene.sample.items.count, 2);
    const struct item *items = scene.sample.items.items;
    ck_assert_str_eq(items[0].name, "a");
    ck_assert_int_eq(items[0].every.ns, INT64_C(2000000000));
    ck_assert_ptr_nonnull(items[0].only);
    ck_assert_uint_eq(items[0].labels.count, 1);
    ck_assert_str_eq(items[1].name, "b");
    ck_assert_int_eq(items[1].every.ns, INT64_C(60000000000));
    ck_assert_ptr_null(items[1].only);
    ck_assert_uint_eq(items[1].labels.count, 0);
}
END_TEST

START_TEST(each_block_that_is_judged_bad_is_told_with_its_line)
{
    SCENE;

    read_text(&scene, "items { name = a every = 0 }\nitems { name = b }\n\n"
                      "items {\n name = c\n every = 0\n}");

    ck_assert_uint_eq(scene.complaints.count, 2);
    expect(&scene, 0, "a.conf:10: items: \"a\" never comes; set every");
    expect(&scene, 1, "a.conf:13: items: \"c\" never comes; set every");
}
END_TEST

START_TEST(h1_an_unknown_block_is_told_and_the_rest_is_read)
{
    static const char *const shapes[] = {"zzz { a = 1 }",       "zzz { }",
                                         "zzz { a { b = 1 } }", "zzz = 1",
                                         "zzz = {a, b}",        "zzz += {}"};
    SCENE;

    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "%s\ninteger = %d\n", shapes[i],
                       (int)i + 1);
        read_text(&scene, text);

        ck_assert_uint_eq(scene.complaints.count, 1);
        ck_assert_ptr_nonnull(strstr(scene.complaints.list[0].text,
                                     "input x has no option \"zzz\""));
        ck_assert_int_eq(scene.sample.integer, (int)i + 1);
    }
}
END_TEST

START_TEST(tells_the_nearest_name)
{
    SCENE;

    read_text(&scene, "intger = 1\nitems { nmae = x name = y }");

    ck_assert_uint_eq(scene.complaints.count, 2);
    expect(&scene, 0,
           "a.conf:10: input x has no option \"intger\"; \"integer\" is near");
    expect(&scene, 1,
           "a.conf:11: input x has no option \"nmae\"; \"name\" is near");
}
END_TEST

START_TEST(h4_an_error_harms_no_later_text)
{
    static const char *const bad[] = {
        "text = \"x", "text = 'x",    "text = {", "items { name = ",
        "text",       "list = {a b}", "}",        "text = \"\\9\""};
    SCENE;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        read_text(&scene, bad[i]);
        ck_assert_uint_ge(scene.complaints.count, 1);
        ck_assert_int_eq(scene.rc, -EINVAL);

        read_text(&scene, "integer = 3");
        expect_fine(&scene);
        ck_assert_int_eq(scene.sample.integer, 3);
    }
}
END_TEST

START_TEST(h8_all_bad_values_are_told)
{
    SCENE;

    read_text(&scene, "integer = 70\nreal = x\nboolean = 1\nduration = 10\n"
                      "size = 64\nchoice = xml\npattern = \"(\"\n"
                      "endpoint = x\nitems { name = a every = 1 }\n");

    ck_assert_uint_eq(scene.complaints.count, 9);
    expect(&scene, 0,
           "a.conf:10: integer: a number from 1 to 10 is due, not \"70\"");
    expect(&scene, 1, "a.conf:11: real: a number is due, not \"x\"");
    expect(&scene, 2, "a.conf:12: boolean: true or false is due, not \"1\"");
    expect(&scene, 3,
           "a.conf:13: duration: a unit is due, as in 10s "
           "(ms s m h d w y), not \"10\"");
    expect(&scene, 4,
           "a.conf:14: size: a unit is due, as in 64M (K M G T), "
           "not \"64\"");
    expect(&scene, 5,
           "a.conf:15: choice: one of these is due: text json, not "
           "\"xml\"");
    ck_assert_int_eq(scene.sample.integer, 5);
}
END_TEST

START_TEST(h9_numbers_are_what_they_look_like)
{
    SCENE;

    read_text(&scene, "integer = 010 duration = 010s");
    expect_fine(&scene);
    ck_assert_int_eq(scene.sample.integer, 10);
    ck_assert_int_eq(scene.sample.duration.ns, INT64_C(10000000000));

    read_text(&scene, "integer = \"\"\nduration = \"\"\nsize = ''\n"
                      "boolean = \"\"");
    ck_assert_uint_eq(scene.complaints.count, 4);
    expect(&scene, 1,
           "a.conf:11: duration: a duration such as 10s or 1h30m is "
           "due, not \"\"");
}
END_TEST

START_TEST(h9_variables_stand_for_values)
{
    SCENE;
    ck_assert_int_eq(setenv("WEIR_TEXT", "a = { \" # *", 1), 0);
    ck_assert_int_eq(setenv("WEIR_NUMBER", "4", 1), 0);

    read_text(&scene, "text = \"<${WEIR_TEXT}>\" integer = ${WEIR_NUMBER}\n"
                      "duration = \"${WEIR_NONE:-3}s\"\n"
                      "path = '/${WEIR_NONE}'");

    expect_fine(&scene);
    ck_assert_str_eq(scene.sample.text, "<a = { \" # *>");
    ck_assert_int_eq(scene.sample.integer, 4);
    ck_assert_int_eq(scene.sample.duration.ns, INT64_C(3000000000));
    ck_assert_str_eq(scene.sample.path, "/${WEIR_NONE}");
}
END_TEST

START_TEST(h10_a_setting_that_is_repeated_is_told)
{
    SCENE;

    read_text(&scene, "text = a\nlist = {a}\ntext = b\nlist = {b}\n"
                      "labels { }\nlabels { a = 1 }\n");

    ck_assert_uint_eq(scene.complaints.count, 3);
    expect(&scene, 0,
           "a.conf:12: text is set already in line 10; remove one of them");
    expect(&scene, 1,
           "a.conf:13: list is set already in line 11; remove one of them");
    expect(&scene, 2,
           "a.conf:15: labels stands already in line 14; make one of both");
}
END_TEST

START_TEST(a_value_of_another_shape_is_told)
{
    SCENE;

    read_text(&scene, "text = {a}\ntext += b\nlabels = x\nitems = {}\n"
                      "text { }\n");

    ck_assert_uint_eq(scene.complaints.count, 5);
    expect(&scene, 0,
           "a.conf:10: text: one value is due, no list; leave out "
           "the braces");
    expect(&scene, 1, "a.conf:11: text is no list; write = for +=");
    expect(&scene, 2, "a.conf:12: labels is a block: labels { ... }");
    expect(&scene, 4, "a.conf:14: text is no block: text = VALUE");
}
END_TEST

START_TEST(h12_errors_have_the_line_where_they_begin)
{
    SCENE;

    read_text(&scene, "items {\n\n every = 1x\n\n}\n"
                      "list = {\n a,\n b\n}\n"
                      "integer = 99\n");

    ck_assert_uint_eq(scene.complaints.count, 3);
    expect(&scene, 0,
           "a.conf:12: every: a duration such as 10s or 1h30m is "
           "due, not \"1x\"");
    expect(&scene, 1,
           "a.conf:19: integer: a number from 1 to 10 is due, not \"99\"");
    expect(&scene, 2, "a.conf:10: items lacks \"name\"; set it (Name.)");
}
END_TEST

START_TEST(h13_settings_have_a_number_and_blocks_a_depth)
{
    SCENE;
    weir_cleanup(weir_free) char *text = calloc(1, 20001);
    for (size_t i = 0; i < 1500; i++)
        (void)snprintf(text + strlen(text), 14, "a%zu = 1\n", i);
    weir_cleanup(weir_free) char *labels = NULL;
    ck_assert_int_gt(asprintf(&labels, "labels { %s }", text), 0);

    read_text(&scene, labels);
    ck_assert_uint_eq(scene.complaints.count, 1);
    ck_assert_ptr_nonnull(
        strstr(scene.complaints.list[0].text, "more than 1000 settings"));

    memset(text, '{', 10000);
    memset(text + 10000, '}', 10000);
    read_text(&scene, text);
    ck_assert_uint_eq(scene.complaints.count, 1);
}
END_TEST

START_TEST(h14_what_must_be_set_is_told)
{
    struct item item = {0};
    SCENE;

    read_table(&scene, item_options, &item, "every = 1s");

    expect(&scene, 0, "a.conf:10: input x lacks \"name\"; set it (Name.)");
    ck_assert_str_eq(item.name, "");
    option_fini(item_options, &item);
}
END_TEST

START_TEST(h14_durations_have_units)
{
    static const struct {
        const char *text;
        int64_t ns;
    } good[] = {
        {"0", 0},
        {"10ms", 10000000},
        {"0.5s", 500000000},
        {"1m", INT64_C(60000000000)},
        {"1h30m", INT64_C(5400000000000)},
        {"2d", INT64_C(172800000000000)},
        {"1w1d", INT64_C(691200000000000)},
        {"1y", INT64_C(31536000000000000)},
        {"1s500ms", 1500000000},
    };
    static const char *const bad[] = {
        "",    "5",     "s",    "-5s", "5 s",
        "5x",  "30m1h", "1s1s", "1.s", "1e3s",
        "inf", "300y",  "5sec", "1h5", "99999999999999999999s"};
    const char *why = NULL;
    int64_t ns = -1;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        ck_assert_int_eq(option_parse_duration(good[i].text, &ns, &why), 0);
        ck_assert_int_eq(ns, good[i].ns);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ns = -1;
        ck_assert_int_eq(option_parse_duration(bad[i], &ns, &why), -EINVAL);
        ck_assert_int_eq(ns, -1);
    }
}
END_TEST

START_TEST(h14_sizes_have_units)
{
    static const struct {
        const char *text;
        uint64_t bytes;
    } good[] = {
        {"0", 0},
        {"1K", 1024},
        {"64M", 64 << 20},
        {"2G", UINT64_C(2) << 30},
        {"1T", UINT64_C(1) << 40},
        {"1.5K", 1536},
    };
    static const char *const bad[] = {"",   "5",   "M",        "-5M",
                                      "5m", "5MB", "8388608T", "1K1M"};
    const char *why = NULL;
    uint64_t bytes = 1;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        ck_assert_int_eq(option_parse_size(good[i].text, &bytes, &why), 0);
        ck_assert_uint_eq(bytes, good[i].bytes);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        bytes = 1;
        ck_assert_int_eq(option_parse_size(bad[i], &bytes, &why), -EINVAL);
        ck_assert_uint_eq(bytes, 1);
    }
}
END_TEST

START_TEST(finds_the_nearest_name)
{
    static const char *const names[] = {"interval", "jitter", "to", NULL};

    ck_assert_str_eq(option_nearest("intervall", names), "interval");
    ck_assert_str_eq(option_nearest("itnerval", names), "interval");
    ck_assert_str_eq(option_nearest("jiter", names), "jitter");
    ck_assert_ptr_null(option_nearest("retention", names));
    ck_assert_ptr_null(option_nearest("x", names));
    ck_assert_ptr_null(option_nearest("", names));
}
END_TEST

START_TEST(samples_read_back_as_the_defaults)
{
    SCENE;
    weir_cleanup(weir_free) char *text = option_sample(sample_options);
    char *items = strstr(text, "items {");
    ck_assert_ptr_nonnull(items);
    ck_assert_ptr_nonnull(strstr(items, "name = ?"));
    *items = '\0';

    read_text(&scene, text);

    expect_fine(&scene);
    ck_assert_str_eq(scene.sample.text, "a b");
    ck_assert_int_eq(scene.sample.choice, 1);
    ck_assert_uint_eq(scene.sample.list.count, 2);
    ck_assert_uint_eq(scene.sample.size.bytes, 64 << 20);
}
END_TEST

SPEC("option", has_the_defaults_when_nothing_is_set, takes_a_value_of_each_type,
     h11_a_map_takes_any_label_and_sorts_them, refuses_what_cannot_be_a_label,
     repeats_blocks_with_a_table_of_their_own,
     each_block_that_is_judged_bad_is_told_with_its_line,
     h1_an_unknown_block_is_told_and_the_rest_is_read, tells_the_nearest_name,
     h4_an_error_harms_no_later_text, h8_all_bad_values_are_told,
     h9_numbers_are_what_they_look_like, h9_variables_stand_for_values,
     h10_a_setting_that_is_repeated_is_told, a_value_of_another_shape_is_told,
     h12_errors_have_the_line_where_they_begin,
     h13_settings_have_a_number_and_blocks_a_depth,
     h14_what_must_be_set_is_told, h14_durations_have_units,
     h14_sizes_have_units, finds_the_nearest_name,
     samples_read_back_as_the_defaults)
