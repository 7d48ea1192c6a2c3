/* scrape.c - what reading a scrape costs
 *
 * Texts of a Go program go through weir_read_exposition() into sources whose
 * frames are counted and dropped.  Each target is a source; each scrape is a
 * text of which 30 % of the values are others than in the one before.
 *
 *     scrape [--seconds 3] [--series 1000] [--rules 0] [FILE]
 *
 * With rules, each series that is new is relabelled by as many, of which half
 * set a label and half look at the name to drop it.
 */
#include <config.h>

#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "../../plugins/input/scrape/rule.h"
#include "../../plugins/input/scrape/sieve.h"
#include "base.h"
#include "batch_text.h"
#include "scrape_text.h"
#include "source.h"

enum {
    SCRAPES = 16, /* texts, after which the first comes again */
    RULES_MOST = 100,
};

static const struct outlet nowhere = {
    .layout = batch_text_layout,
    .forget = batch_text_forget,
    .batch = batch_text_batch,
};

struct settings {
    double seconds;
    uint32_t series, rules;
    const char *file;
};

struct scrape {
    char *text;
    size_t size;
};

struct bench {
    struct scrape scrapes[SCRAPES];
    uint32_t lines, samples; /* of each */
    uint32_t target_count;
    struct weir_source **targets; /* [target_count] */
    struct source_figures figures;
    struct sieve sieve;
    int64_t time_ns;
    uint64_t scrapes_read;
    uint64_t bytes;     /* read */
    int64_t reading_ns; /* of this thread's CPU */
    int64_t sending_ns; /* what begins and ends a batch */
};

static int64_t
cpu_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void
scrape_target(struct bench *self, uint32_t target, const struct scrape *scrape)
{
    size_t line = 0;

    int64_t begun = cpu_ns();
    self->time_ns += NS_PER_MS;
    struct weir_batch *batch =
        weir_batch_begin(self->targets[target], self->time_ns);
    struct weir_tally tally;
    int64_t read = cpu_ns();
    sieve_begin(&self->sieve, self->targets[target], batch);
    if (weir_read_exposition(batch, scrape->text, scrape->size, &line) < 0) {
        (void)fprintf(stderr, "line %zu cannot be read\n", line);
        exit(EXIT_FAILURE);
    }
    (void)sieve_end(&self->sieve, &tally);
    int64_t done = cpu_ns();
    (void)weir_batch_end(&batch, NULL, NULL);
    self->sending_ns += cpu_ns() - done + read - begun;
    self->reading_ns += done - read;
    self->bytes += scrape->size;
    self->scrapes_read++;
}

static void
print_cost(struct bench *self, const char *what)
{
    double reading_ns = (double)self->reading_ns;
    double all_ns = reading_ns + (double)self->sending_ns;
    double scrapes = (double)self->bytes / (double)self->scrapes[0].size;
    double lines = scrapes * self->lines;

    printf("%-14s %7u %9.2f %9.1f %9.1f %9.2f %9.1f\n", what,
           self->target_count, (double)self->bytes / reading_ns,
           reading_ns / lines, reading_ns / scrapes / self->samples,
           (double)self->bytes / all_ns, all_ns / lines);
    self->bytes = 0;
    self->reading_ns = 0;
    self->sending_ns = 0;
}

/* As input prometheus makes them. */
static struct weir_source *
open_target(struct bench *self, uint32_t number)
{
    char instance[32];
    const struct weir_label labels[] = {
        {"instance", instance}, {"job", "bench"}, {0}};

    (void)snprintf(instance, sizeof(instance), "10.0.%u.%u:9100", number / 256,
                   number % 256);
    struct weir_source *source = source_new(&(struct source_settings){
        .outlet = &nowhere,
        .labels = labels,
        .own = labels,
        .figures = &self->figures,
    });
    weir_source_insist(source);
    return source;
}

static size_t
memory_used(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static void
run_bench(struct bench *self, const struct settings *settings)
{
    size_t before = memory_used();
    int64_t most_ns = (int64_t)(settings->seconds * (double)NS_PER_S);

    self->targets = xcalloc(self->target_count, sizeof(*self->targets));
    for (uint32_t i = 0; i < self->target_count; i++) {
        self->targets[i] = open_target(self, i);
        scrape_target(self, i, &self->scrapes[0]);
    }
    size_t after = memory_used();
    print_cost(self, "first scrape");
    int64_t end_ns = cpu_ns() + most_ns;
    for (size_t i = 1; cpu_ns() < end_ns || i < SCRAPES; i++)
        for (uint32_t t = 0; t < self->target_count; t++)
            scrape_target(self, t, &self->scrapes[i % SCRAPES]);
    print_cost(self, "later scrapes");
    printf("%-14s %7u %9.0f bytes a series\n", "memory", self->target_count,
           (double)(after - before) / self->target_count / self->samples);
    if (self->figures.samples != (uint64_t)self->scrapes_read * self->samples)
        printf("%ju samples were counted, not %ju\n",
               (uintmax_t)self->figures.samples,
               (uintmax_t)self->scrapes_read * self->samples);
    for (uint32_t i = 0; i < self->target_count; i++)
        source_abandon(&self->targets[i]);
    free(self->targets);
}

/* Returns whether the texts are there. */
static bool
make_scrapes(struct bench *self, const struct settings *settings)
{
    weir_cleanup(scrape_text_destroy) struct scrape_text *text = NULL;

    int rc = scrape_text_open(settings->file, settings->series, &text);
    if (rc < 0) {
        (void)fprintf(stderr, "%s: %s\n", settings->file, strerror(-rc));
        return false;
    }
    self->lines = scrape_text_lines(text);
    self->samples = scrape_text_samples(text);
    for (size_t i = 0; i < SCRAPES; i++) {
        struct scrape *scrape = &self->scrapes[i];
        scrape->text = scrape_text_make(text, &scrape->size);
        scrape_text_change(text);
    }
    printf("%u series in %u lines, %zu bytes\n\n", self->samples, self->lines,
           self->scrapes[0].size);
    return true;
}

static void
make_rules(struct bench *self, uint32_t count)
{
    static const char *const from[] = {"__name__", "instance"};
    static const struct sieve_limits none = {0};
    static struct rule rules[RULES_MOST];

    if (count > RULES_MOST)
        count = RULES_MOST;
    for (uint32_t i = 0; i < count; i++)
        rules[i] = (struct rule){
            .source = {2, from},
            .separator = ";",
            .regex = i % 2 ? "some_other_.*;.*" : "([^;]*);(.*):.*",
            .target = "host",
            .replacement = "$2",
            .action = i % 2 ? RULE_DROP : RULE_REPLACE,
        };
    if (sieve_open(&self->sieve, NULL, &(struct weir_blocks){count, rules},
                   &none) < 0)
        exit(EXIT_FAILURE);
}

int
main(int argc, char **argv)
{
    static const struct option known[] = {
        {"seconds", required_argument, 0, 's'},
        {"series", required_argument, 0, 'n'},
        {"rules", required_argument, 0, 'r'},
        {0},
    };
    static const uint32_t targets[] = {1, 100};
    struct settings settings = {3, 1000, 0, SCRAPE_CAPTURE};
    struct bench bench = {.time_ns = NS_PER_S};
    int word = 0;

    while ((word = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (word == 's')
            settings.seconds = strtod(optarg, NULL);
        else if (word == 'n')
            settings.series = (uint32_t)strtoul(optarg, NULL, 10);
        else if (word == 'r')
            settings.rules = (uint32_t)strtoul(optarg, NULL, 10);
        else
            return EXIT_FAILURE;
    }
    if (optind < argc)
        settings.file = argv[optind];
    if (!make_scrapes(&bench, &settings))
        return EXIT_FAILURE;
    make_rules(&bench, settings.rules);
    printf("%-14s %7s %9s %9s %9s %9s %9s\n%-14s %7s %9s %9s %9s %9s %9s\n", "",
           "", "reading", "", "", "with its", "batch", "", "targets",
           "GB/s/core", "ns/line", "ns/sample", "GB/s/core", "ns/line");
    for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
        bench.target_count = targets[i];
        run_bench(&bench, &settings);
    }
    printf("\nA sample of goapp.txt elsewhere: prometheus 2.42 193 to 498 ns "
           "(0.49 to 0.19 GB/s),\nvictoria-metrics 1.111 106 ns "
           "(0.89 GB/s)\n");
    for (size_t i = 0; i < SCRAPES; i++)
        free(bench.scrapes[i].text);
    sieve_close(&bench.sieve);
    return EXIT_SUCCESS;
}
