/* catalogue.h - which fields an InfluxDB has, and which metrics they are
 *
 * The field "value" is the metric of its measurement's name; another one is the
 * metric measurement_field.  What has another form than a name here is escaped
 * as plugins/influx/naming.h says.
 *
 * So may two fields be called the same.  What this storage writes is never
 * called anything but what it was; others then have the label
 * NAMING_MEASUREMENT besides, which says where the measurement ends.  They have
 * it also where that is not at the first '_'.
 *
 * One thread has a catalogue.
 */
#ifndef INFLUXDB_CATALOGUE_H
#define INFLUXDB_CATALOGUE_H

#include <stdbool.h>
#include <stdio.h>

#include <weir/storage.h>

#include "arena.h"
#include "line.h"

struct catalogue_field {
    const char *measurement, *name;
    const char *cast;   /* what InfluxDB calls its type */
    const char *metric; /* with its suffix */
    unsigned type;      /* the number of that */
    unsigned rank;      /* among those of the metric, 0 for what is ours */
    bool labelled;      /* its series have NAMING_MEASUREMENT */
};

/* Zeroed, it is empty. */
struct catalogue {
    enum line_fields fields; /* how this storage writes */
    struct arena texts;
    struct catalogue_field *items; /* [count] */
    size_t count, room;
    uint64_t left_out; /* fields of numbers that cannot be named or asked for */
};

/* Writes the question for all fields that the select may mean. */
void catalogue_question(FILE *to, const struct weir_select *what);

/* Adds a field of InfluxDB's 'type', unless its values are texts, it cannot be
 * asked for, or the select does not mean its metric. */
void catalogue_add(struct catalogue *self, const struct weir_select *what,
                   const struct catalogue_field *field);

/* Puts the fields in the order of their metrics, once all are there, each once.
 */
void catalogue_tidy(struct catalogue *self);

void catalogue_fini(struct catalogue *self);

#endif /* INFLUXDB_CATALOGUE_H */
