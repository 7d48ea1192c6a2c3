/* reader_test.c - files of samples in one of the text formats, of any length */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "reader.h"
#include "series.h"
#include "spec.h"
#include "stale.h"

/* What was read, a line "series value time_ns" each. */
struct heard {
    struct reader *reader;
    FILE *out; /* or NULL */
    char *text;
    size_t size;
    uint64_t samples;
};

static int
hear(void *arg, uint32_t series, int64_t time_ns, double value)
{
    struct heard *self = arg;

    self->samples++;
    if (!self->out)
        return 0;
    weir_cleanup(weir_free) char *name =
        series_text(reader_series(self->reader, series));
    if (stale_is(value))
        (void)fprintf(self->out, "%s stale %" PRId64 "\n", name, time_ns);
    else
        (void)fprintf(self->out, "%s %.17g %" PRId64 "\n", name, value,
                      time_ns);
    return 0;
}

static int
pass_progress(void *arg, uint64_t done, uint64_t size)
{
    (void)arg;
    ck_assert(size == 0 || done <= size);
    return 0;
}

static int
read_file(struct heard *self, const struct reader_settings *given,
          const char *path)
{
    struct reader_settings settings = *given;

    settings.arg = self;
    settings.sample = hear;
    settings.progress = pass_progress;
    self->reader = reader_new(&settings);
    return reader_read(self->reader, path);
}

static void
heard_fini(struct heard *self)
{
    reader_destroy(&self->reader);
    if (self->out)
        (void)fclose(self->out);
    free(self->text);
}

static void
check_with(const struct reader_settings *settings, const char *text,
           const char *want)
{
    weir_cleanup(spec_file_destroy) struct spec_file *file =
        spec_file_new(NULL, text);
    weir_cleanup(heard_fini) struct heard heard = {0};

    heard.out = open_memstream(&heard.text, &heard.size);
    ck_assert_msg(read_file(&heard, settings, file->path) == 0, "%s",
                  reader_why(heard.reader));
    (void)fflush(heard.out);
    ck_assert_str_eq(heard.text, want);
}

static void
check(const char *text, const char *want)
{
    check_with(&(struct reader_settings){0}, text, want);
}

static void
check_refused(const char *text, const char *want)
{
    weir_cleanup(spec_file_destroy) struct spec_file *file =
        spec_file_new(NULL, text);
    weir_cleanup(heard_fini) struct heard heard = {0};

    int rc = read_file(&heard, &(struct reader_settings){0}, file->path);
    ck_assert_int_eq(rc, -EBADMSG);
    const char *why = reader_why(heard.reader);
    ck_assert_int_eq(strncmp(why, file->path, strlen(file->path)), 0);
    ck_assert_msg(strncmp(why + strlen(file->path), want, strlen(want)) == 0,
                  "%s", why);
}

START_TEST(finds_out_which_format_a_file_has)
{
    check("# TYPE a counter\na_total{b=\"c\"} 1 2.5\n# EOF\n",
          "a_total{b=\"c\"} 1 2500000000\n");
    check("a{b=\"c\"} 1 2500\n", "a{b=\"c\"} 1 2500000000\n");
    check("a 1 2500\n", "a 1 2500000000\n");
    check("a,b=c d=1,e=2i 2500\n",
          "a_d{b=\"c\"} 1 2500\na_e{b=\"c\"} 2 2500\n");
    check("a d=1 2500\n", "a_d 1 2500\n");
    check("__name__,b,time,value\na,c,2.5,1\n", "a{b=\"c\"} 1 2500000000\n");
}
END_TEST

START_TEST(reads_csv_as_spreadsheets_write_it)
{
    check("value,\"time\",b,__name__\r\n"
          "1,2.5,\"x,\"\"y\"\"\n,z\",a\r\n"
          "\r\n"
          "-Inf,1970-01-01T00:00:03Z,,a\r\n"
          "stale,4,,a",
          "a{b=\"x,\\\"y\\\"\\n,z\"} 1 2500000000\n"
          "a -inf 3000000000\n"
          "a stale 4000000000\n");
}
END_TEST

START_TEST(reads_the_ends_of_series_in_all_formats)
{
    check("a 1 1\n# weir_stale a{b=\"c\"} 2\n",
          "a 1 1000000\na{b=\"c\"} stale 2000000\n");
    check("a 1 1\n# HELP weir_stale a{b=\"c\"} 2\n# EOF\n",
          "a 1 1000000000\na{b=\"c\"} stale 2000000000\n");
    check("# weir export: a field \"value\" has no part in the name\n"
          "a:b,c=d value=1 1\n# weir_stale a:b,c=d value=0 2\n",
          "a:b{c=\"d\"} 1 1\na:b{c=\"d\"} stale 2\n");
}
END_TEST

START_TEST(gives_a_time_to_what_has_none_when_told)
{
    const struct reader_settings timed = {.has_time = true, .time_ns = 7};

    check_with(&timed, "a 1\n", "a 1 7\n");
    check_with(&timed, "a b=1\n", "a_b 1 7\n");
    check_with(&timed, "__name__,value\na,1\n", "a 1 7\n");
}
END_TEST

START_TEST(counts_times_of_lines_in_the_unit_that_is_told)
{
    const struct reader_settings settings = {.unit_ns = NS_PER_S};

    check_with(&settings, "a b=1 2\n", "a_b 1 2000000000\n");
}
END_TEST

START_TEST(says_what_is_wrong_and_where)
{
    check_refused("a 1 2\n\nb x 2\n",
                  ":3: a number is due behind the series: \"b x 2\"");
    check_refused("a 1 2.5\n", ":1: a time in whole milliseconds is due");
    check_refused("a 1\n", ":1: has no time; --time gives one");
    check_refused("a{b=\"c} 1 1\n", ":1: a name, or a name with labels");
    check_refused("a{b=\"1\",b=\"2\"} 1 1\n", ":1: the name or a label");
    check_refused("a 1 1\n# EOF\nb 1 1\n# EOF\n", ":3: nothing may follow");
    check_refused("a b=1 2\na b= 2\n", ":2: a number, true, false");
    check_refused("a b=\"\n\n", ":1: a text in quotes does not end");
    check_refused("__name__,time,value\na,1\n", ":2: the first line has");
    check_refused("__name__,time,value\na,\"1\n,1\n", ":2: a cell in quotes");
    check_refused("__name__,time,value\n\"a\nb\",1,1\n", ":2: the name or");
    check_refused("__name__,time,value\na,x,1\n", ":2: the time is neither");
    check_refused("__name__,b!,value\n", ":1: the first line names");
    check_refused("b,value\n", ":1: the first line is to name");
}
END_TEST

START_TEST(misses_the_end_of_open_metrics)
{
    const struct reader_settings settings = {.format = READER_OPENMETRICS};
    weir_cleanup(spec_file_destroy) struct spec_file *file =
        spec_file_new(NULL, "a 1 2\n");
    weir_cleanup(heard_fini) struct heard heard = {0};

    ck_assert_int_eq(read_file(&heard, &settings, file->path), -EBADMSG);
    ck_assert_ptr_nonnull(strstr(reader_why(heard.reader), "cut off"));
}
END_TEST

/* Writes a text that is longer than what is read at once. */
enum { MANY = 200000 };

static char *
write_many(const char *before, const char *format, const char *after)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void)fputs(before, out);
    for (int i = 0; i < MANY; i++) {
        const char *number = strstr(format, "%d");
        (void)fprintf(out, "%.*s%d%s", (int)(number - format), format, i,
                      number + 2);
    }
    (void)fputs(after, out);
    (void)fclose(out);
    return text;
}

static void
check_many(const char *text, enum weir_type type)
{
    weir_cleanup(spec_file_destroy) struct spec_file *file =
        spec_file_new(NULL, text);
    weir_cleanup(heard_fini) struct heard heard = {0};

    ck_assert_msg(read_file(&heard, &(struct reader_settings){0}, file->path) ==
                      0,
                  "%s", reader_why(heard.reader));
    ck_assert_uint_eq(heard.samples, MANY + 1);
    ck_assert_uint_eq(reader_count(heard.reader), 2);
    ck_assert_int_eq(reader_series(heard.reader, 2)->metric->type, type);
}

START_TEST(reads_files_of_any_length)
{
    weir_cleanup(weir_free) char *exposition =
        write_many("# TYPE a gauge\n", "a{b=\"a longer label\"} 1 %d\n",
                   "a{b=\"c\"} 1 1\n");
    weir_cleanup(weir_free) char *lines = write_many(
        "", "a,b=c d=1,e=\"a longer\ntext, \\\"=1\" %d\n", "b,b=c d=1 1\n");
    weir_cleanup(weir_free) char *csv = write_many(
        "__name__,b,time,value\n", "a,\"a longer\nlabel\",%d,1\n", "b,,1,1\n");

    check_many(exposition, WEIR_GAUGE);
    check_many(lines, WEIR_UNTYPED);
    check_many(csv, WEIR_UNTYPED);
}
END_TEST

START_TEST(names_the_line_far_behind)
{
    weir_cleanup(weir_free) char *text = write_many(
        "# TYPE a gauge\n", "a{b=\"a longer label\"} 1 %d\n", "a x\n");

    check_refused(text, ":200002: a number is due");
}
END_TEST

static void
check_packed(const void *bytes, size_t size, int want_rc)
{
    weir_cleanup(spec_file_destroy) struct spec_file *file =
        spec_file_new(NULL, "");
    weir_cleanup(heard_fini) struct heard heard = {0};
    FILE *out = fopen(file->path, "w");

    ck_assert_uint_eq(fwrite(bytes, 1, size, out), size);
    (void)fclose(out);
    int rc = read_file(&heard, &(struct reader_settings){0}, file->path);
    ck_assert_msg(rc == want_rc, "%d %s", rc, reader_why(heard.reader));
    if (rc == 0)
        ck_assert_uint_eq(heard.samples, MANY + 1);
}

START_TEST(unpacks_gzip_and_zstd_and_sees_when_they_are_cut)
{
    weir_cleanup(weir_free) char *text =
        write_many("", "a{b=\"a longer label\"} 1 %d\n", "b 1 1\n# EOF\n");
    size_t room = 1 << 20, size = strlen(text);
    weir_cleanup(weir_free) unsigned char *packed = xcalloc(room, 1);
    z_stream stream = {0};

    size_t zstd = ZSTD_compress(packed, room, text, size, 1);
    check_packed(packed, zstd, 0);
    check_packed(packed, zstd - 5, -EBADMSG);
    ck_assert_int_eq(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
    stream.next_in = (Bytef *)text;
    stream.avail_in = (uInt)size;
    stream.next_out = packed;
    stream.avail_out = (uInt)room;
    ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t gzip = room - stream.avail_out;
    (void)deflateEnd(&stream);
    check_packed(packed, gzip, 0);
    check_packed(packed, gzip - 5, -EBADMSG);
}
END_TEST

START_TEST(counts_series_over_all_files)
{
    weir_cleanup(spec_file_destroy) struct spec_file *first =
        spec_file_new(NULL, "a{b=\"c\"} 1 1\n");
    weir_cleanup(spec_file_destroy) struct spec_file *second =
        spec_file_new(NULL, "__name__,b,time,value\na,c,2,1\nd,,1,1\n");
    weir_cleanup(heard_fini) struct heard heard = {0};

    ck_assert_int_eq(
        read_file(&heard, &(struct reader_settings){0}, first->path), 0);
    ck_assert_int_eq(reader_read(heard.reader, second->path), 0);
    ck_assert_uint_eq(reader_count(heard.reader), 2);
}
END_TEST

START_TEST(takes_no_more_series_than_it_may)
{
    weir_cleanup(spec_file_destroy) struct spec_file *file =
        spec_file_new(NULL, "a 1 1\nb 1 1\nc 1 1\n");
    weir_cleanup(heard_fini) struct heard heard = {0};

    ck_assert_int_eq(read_file(&heard,
                               &(struct reader_settings){.series_limit = 2},
                               file->path),
                     -EBADMSG);
    ck_assert_ptr_nonnull(strstr(reader_why(heard.reader), ":3: this series"));
}
END_TEST

SPEC("reader", finds_out_which_format_a_file_has,
     reads_csv_as_spreadsheets_write_it,
     reads_the_ends_of_series_in_all_formats,
     gives_a_time_to_what_has_none_when_told,
     counts_times_of_lines_in_the_unit_that_is_told,
     says_what_is_wrong_and_where, misses_the_end_of_open_metrics,
     reads_files_of_any_length, names_the_line_far_behind,
     unpacks_gzip_and_zstd_and_sees_when_they_are_cut,
     counts_series_over_all_files, takes_no_more_series_than_it_may)
