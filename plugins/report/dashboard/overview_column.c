/* overview_column.c - what the overview tells of each kind of thing */
#include <config.h>

#include "overview_column.h"

#include <stdio.h>
#include <string.h>

#include "base.h"

#define BY "by (instance, job) "

#define SEEN(metric) "max " BY "(timestamp(" metric "))"

const struct kind_words kinds[KINDS] = {
    [KIND_HOST] = {"host", "Hosts",
                   SEEN("node_load1") " or " SEEN(
                       "node_memory_MemTotal_bytes")},
    [KIND_GO] = {"go", "Go services",
                 SEEN("go_goroutines") " or " SEEN("go_memstats_alloc_bytes")},
    [KIND_WEIR] = {"weir", "weir", SEEN("weir_process_resident_memory_bytes")},
    [KIND_TARGET] = {"target", "Other targets", SEEN("up")},
};

/* The first minutes of a series fill only a part of the range of a rate, which
 * is then too low; that of the clock is by the same factor. */
#define A_SECOND " / on (instance, job) max " BY "(rate(node_time_seconds[$r]))"

#define SUM_RATE(name) "sum " BY "(rate(" name "[$r]))"

/* Where the same packet would be counted again. */
#define WIRES \
    "{device!~\"lo|veth.*|docker.*|br-.*|virbr.*|cni.*|cali.*|flannel.*\"}"

const struct column columns[COLUMNS] = {
    {KIND_HOST, true, "cpu", "CPU", "ratio",
     "share of processor time in use, of all processors",
     "clamp_min(1 - avg " BY
     "(rate(node_cpu_seconds_total{mode=\"idle\"}[$r]))" A_SECOND ", 0)"},
    {KIND_HOST, true, "memory", "Memory", "ratio",
     "share of memory that programs can not have any more",
     "max " BY "(1 - node_memory_MemAvailable_bytes / "
     "node_memory_MemTotal_bytes)"},
    {KIND_HOST, false, "disk", "Disk", "ratio",
     "how full the fullest filesystem is",
     "max " BY "(1 - node_filesystem_avail_bytes" DISKS
     " / node_filesystem_size_bytes" DISKS ")"},
    {KIND_HOST, false, "io", "I/O", "ratio",
     "share of time in which the busiest disk worked",
     "max " BY "(rate(node_disk_io_time_seconds_total[$r]))" A_SECOND},
    {KIND_HOST, false, "network", "Network", "bytes/s",
     "what all network devices receive and send",
     "(" SUM_RATE(
         "node_network_receive_bytes_total" WIRES) " +"
                                                   " " SUM_RATE(
                                                       "no"
                                                       "de"
                                                       "_n"
                                                       "et"
                                                       "wo"
                                                       "rk"
                                                       "_t"
                                                       "ra"
                                                       "ns"
                                                       "mi"
                                                       "t_"
                                                       "by"
                                                       "te"
                                                       "s_"
                                                       "to"
                                                       "ta"
                                                       "l" WIRES) ")" A_SECOND},
    {KIND_HOST, true, "load", "Load", "count",
     "tasks that run or wait, averaged over a minute",
     "max " BY "(node_load1)"},

    {KIND_GO, false, "requests", "Requests", "1/s",
     "requests that it answers, if it counts them under a common "
     "name",
     SUM_RATE("http_requests_total") " or " SUM_RATE(
         "http_server_requests_"
         "total") " or " SUM_RATE("http_request_duration_seconds_"
                                  "count") " or " SUM_RATE("http_"
                                                           "server_"
                                                           "request"
                                                           "_durati"
                                                           "on_"
                                                           "seconds"
                                                           "_count") " or"
                                                                     " " SUM_RATE(
                                                                         "grpc_"
                                                                         "serve"
                                                                         "r_"
                                                                         "handl"
                                                                         "ed"
                                                                         "_tota"
                                                                         "l")},
    {KIND_GO, false, "cpu", "CPU", "ratio",
     "processor time in use; 1 is one processor",
     "max " BY "(rate(process_cpu_seconds_total[$r]))"},
    {KIND_GO, true, "goroutines", "Goroutines", "count",
     "goroutines that exist",
     "max " BY "(go_goroutines) or max " BY
     "(go_sched_goroutines_goroutines) or max " BY "(expvar_goroutines)"},
    {KIND_GO, true, "heap", "Heap", "bytes",
     "what the last collection found alive, or else all objects",
     "max " BY "(go_gc_heap_live_bytes) or max " BY
     "(go_memstats_heap_alloc_bytes)"},
    {KIND_GO, false, "gc", "GC", "ratio",
     "share of the processor time it may have that garbage "
     "collection takes; "
     "where that is not told, share of time in which it stands "
     "still for it",
     SUM_RATE(
         "go_cpu_classes_gc_total_cpu_seconds_total") " /"
                                                      " " SUM_RATE(
                                                          "go_"
                                                          "cpu"
                                                          "_cl"
                                                          "ass"
                                                          "es_"
                                                          "tot"
                                                          "al_"
                                                          "cpu"
                                                          "_se"
                                                          "con"
                                                          "ds_"
                                                          "tot"
                                                          "al") " or " SUM_RATE("go_gc_"
                                                                                "duration_"
                                                                                "seconds_"
                                                                                "sum")},
    {KIND_GO, false, "memory", "Memory", "bytes",
     "resident memory of the process, or else what the runtime has "
     "mapped",
     "max " BY "(process_resident_memory_bytes) or max " BY
     "(go_memstats_sys_bytes)"},

    {KIND_WEIR, false, "cpu", "CPU", "ratio",
     "processor time in use; 1 is one processor",
     "max " BY "(rate(weir_process_cpu_seconds_total[$r]))"},
    {KIND_WEIR, true, "memory", "Memory", "bytes",
     "resident memory of the process",
     "max " BY "(weir_process_resident_memory_bytes)"},
    {KIND_WEIR, false, "samples", "Samples", "1/s",
     "samples that its stores take, or else that its inputs send",
     SUM_RATE("weir_store_samples_total") " or " SUM_RATE(
         "weir_source_samples_total")},
    {KIND_WEIR, false, "waiting", "Waiting", "bytes",
     "what is not known to be stored yet, in memory or a spool",
     "sum " BY "(weir_link_waiting_bytes) + on (instance, job) sum " BY
     "(weir_spool_bytes) or sum " BY "(weir_link_waiting_bytes)"},
    {KIND_WEIR, false, "failures", "Failures", "1/s",
     "failures that were logged", SUM_RATE("weir_failures_total")},

    {KIND_TARGET, true, "up", "Up", "ratio",
     "whether it can be scraped; the average is its availability",
     "max " BY "(up)"},
    {KIND_TARGET, false, "samples", "Samples", "count",
     "samples that a scrape gives", "max " BY "(scrape_samples_scraped)"},
    {KIND_TARGET, false, "duration", "Duration", "seconds",
     "how long a scrape takes", "max " BY "(scrape_duration_seconds)"},
    {KIND_TARGET, false, "added", "New series", "count",
     "series that the scrape before had not",
     "max " BY "(scrape_series_added)"},
};

size_t
column_find(enum kind kind, const char *key)
{
    size_t at = 0;

    while (at < COLUMNS &&
           (columns[at].kind != kind || strcmp(columns[at].key, key) != 0))
        at++;
    return at;
}

char *
column_question(const char *text, int64_t rate_ns, int64_t window_ns)
{
    char *whole = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&whole, &size));

    for (; *text; text++)
        if (*text == '$')
            (void)fprintf(out, "%lldms",
                          (long long)(*++text == 'w' ? window_ns : rate_ns) /
                              NS_PER_MS);
        else
            (void)fputc(*text, out);
    (void)fclose(out);
    return x_or_die(whole);
}
