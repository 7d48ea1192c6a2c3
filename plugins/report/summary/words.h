/* words.h - numbers, times and trends as people read them
 *
 * Functions that fill in 'text' return it.  Any thread.
 */
#ifndef SUMMARY_WORDS_H
#define SUMMARY_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <weir/batch.h>

#include "trend.h"

enum { WORDS_SIZE = 160 };

/* Writes a number of 'unit' in four digits or fewer: "1.25 MiB" of "bytes",
 * "12.5 ms/s" of "seconds/s", "85 %" of "ratio", "12.3k jobs" of "jobs"; "-"
 * when it is none. */
char *words_number(double number, const char *unit, char text[WORDS_SIZE]);

/* Writes how 'now' compares with 'before': "+12.5 %", "the same", "-" when one
 * is no number, "from 0" where there is no percentage. */
char *words_change(double before, double now, char text[WORDS_SIZE]);

/* Writes a duration: "24 hours", "7 days", "90 minutes", "10 seconds". */
char *words_duration(int64_t ns, char text[WORDS_SIZE]);

/* Writes a time: "2026-11-23 06:00", with seconds where there are some. */
char *words_time(int64_t ns, bool utc, char text[WORDS_SIZE]);

/* Writes the zone of that time: "CET, UTC+01:00". */
char *words_zone(int64_t ns, bool utc, char text[WORDS_SIZE]);

/* Writes what the trend over a window of so many seconds is: "rises by 1.2 MiB
 * an hour (99 % sure)", "steady", "no clear trend". */
char *words_trend(const struct trend *trend, double window_s, const char *unit,
                  char text[WORDS_SIZE]);

/* Returns the one word of a trend, for programs: "rises", "falls", "steady",
 * "unclear", "too_few". */
const char *words_kind(enum trend_kind kind);

/* Returns the unit that the metric of a series says, or its name: "bytes",
 * "seconds", "ratio" or "". */
const char *words_unit(const struct weir_series *series);

#endif /* SUMMARY_WORDS_H */
