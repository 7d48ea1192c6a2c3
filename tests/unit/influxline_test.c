/* influxline_test.c - what is read of InfluxDB's line protocol */
#include <config.h>

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "batch_text.h"
#include "spec.h"

struct expected {
    int rc;
    size_t line;
    const char *text;
};

static void
check_batch(struct weir_source *source, const char *text,
            const struct expected *want)
{
    weir_cleanup(weir_batch_destroy) struct weir_batch *batch =
        weir_batch_begin(source, 1000);
    size_t line = 0;

    int rc = weir_read_lines(batch, text, strlen(text), &line);
    ck_assert_msg(rc == want->rc && line == want->line, "%d at line %zu of %s",
                  rc, line, text);
    weir_cleanup(weir_free) char *got = batch_text(source, NULL);
    ck_assert_str_eq(got, want->text);
}

static void
check(const char *text, int want_rc, size_t want_line, const char *want_text)
{
    const struct expected want = {want_rc, want_line, want_text};
    struct source_figures figures = {0};
    struct weir_source *source = batch_text_source(&figures);

    /* Twice: by its parts, then by what was filed. */
    check_batch(source, text, &want);
    check_batch(source, text, &want);
    source_abandon(&source);
}

static void
check_reads(const char *text, const char *want)
{
    check(text, 0, 0, want);
}

START_TEST(each_field_is_a_series_with_the_tags_for_labels)
{
    check_reads("cpu,host=a,core=1 user=1.5,idle=98\n"
                "mem free=7\n",
                "cpu_idle{core=\"1\",host=\"a\"} 98\n"
                "cpu_user{core=\"1\",host=\"a\"} 1.5\n"
                "mem_free 7\n");
}
END_TEST

START_TEST(reads_all_kinds_of_values_but_texts)
{
    check_reads("m a=1i,b=-2i,c=3u,d=1e-3,e=t,f=FALSE,g=\"x, y=1 z\",h=.5,"
                "i=true,j=F\n",
                "m_a 1\nm_b -2\nm_c 3\nm_d 0.001\nm_e 1\nm_f 0\nm_h 0.5\n"
                "m_i 1\nm_j 0\n");
}
END_TEST

START_TEST(a_text_may_have_quotes_and_lines_in_it)
{
    check_reads("m a=\"say \\\"hi\\\"\",b=1\n"
                "m c=\"one\ntwo\r\nthree\",d=2 5\n"
                "m e=3\n",
                "m_b 1\nm_d 2 5\nm_e 3\n");
}
END_TEST

START_TEST(samples_with_times_are_loose)
{
    check_reads("m a=1,b=2 1700000000123456789\nm a=3\nm a=4 -7",
                "m_a 1 1700000000123456789\nm_a 3\nm_a 4 -7\n"
                "m_b 2 1700000000123456789\n");
}
END_TEST

START_TEST(makes_valid_names_and_keeps_values_as_they_are)
{
    check_reads(
        "disk\\ io,mount\\ point=/a\\,b\\=c\\ d,9x=\xc3\xa9 rd-ops=1\n"
        "9m 1st=2\n",
        "_9m__1st 2\n"
        "disk_io_rd_ops{_9x=\"\xc3\xa9\",mount_point=\"/a,b=c d\"} 1\n");
}
END_TEST

START_TEST(passes_over_remarks_and_empty_lines)
{
    check_reads("# m a=1\n\n  \n\r\nm a=2\r\n", "m_a 2\n");
}
END_TEST

START_TEST(an_empty_tag_is_no_label)
{
    check_reads("m,x=,y=1 a=1\n", "m_a{y=\"1\"} 1\n");
}
END_TEST

START_TEST(names_the_line_that_it_cannot_read_and_takes_none_of_it)
{
    static const char *const texts[] = {
        "m",         "m ",       ",x=1 a=1",
        "m,x a=1",   "m,=1 a=1", "m a",
        "m a=",      "m =1",     "m a=x",
        "m a=1 x",   "m a=1,",   "m a=1,,b=2",
        "m a=1 5 6", "m a=1z",   "m a=1ii",
        "m a=1,b=",  "m, a=1",   "m a=1 99999999999999999999",
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        char text[128];
        (void)snprintf(text, sizeof(text), "ok a=1\n%s\nok b=2\n", texts[i]);
        check(text, -EBADMSG, 2, "ok_a 1\n");
        check(texts[i], -EBADMSG, 1, "");
    }
    check("m a=\"x\n\n", -EBADMSG, 2, "");
}
END_TEST

SPEC("influxline", each_field_is_a_series_with_the_tags_for_labels,
     reads_all_kinds_of_values_but_texts,
     a_text_may_have_quotes_and_lines_in_it, samples_with_times_are_loose,
     makes_valid_names_and_keeps_values_as_they_are,
     passes_over_remarks_and_empty_lines, an_empty_tag_is_no_label,
     names_the_line_that_it_cannot_read_and_takes_none_of_it)
