/* dialect.c - series and samples as text, so that weir import reads the same */
#include <config.h>

#include "dialect.h"

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "base.h"
#include "dialect_inner.h"
#include "stale.h"
#include "timetext.h"

struct dialect *
dialect_new(enum reader_format format, dialect_write *write, void *arg)
{
    struct dialect *self = xcalloc(1, sizeof(*self));

    self->format = format;
    self->form = &dialect_forms[format];
    self->write = write;
    self->arg = arg;
    return self;
}

static void
free_names(struct dialect *self)
{
    for (size_t i = 0; i < self->name_count; i++)
        free(self->names[i]);
    free(self->names);
}

void
dialect_destroy(struct dialect **self_p)
{
    struct dialect *self = weir_take(*self_p);

    if (!self)
        return;
    free_names(self);
    free(self->head);
    free(self->family);
    free(self);
}

const char *
dialect_why(const struct dialect *self)
{
    return self->why;
}

/* Text --------------------------------------------------------------------- */

static int
flush(struct dialect *self)
{
    size_t size = self->size;

    self->size = 0;
    return size ? self->write(self->arg, self->text, size) : 0;
}

static int
put(struct dialect *self, const char *text, size_t size)
{
    int rc = size > DIALECT_ROOM - self->size ? flush(self) : 0;

    if (rc < 0)
        return rc;
    if (size > DIALECT_ROOM)
        return self->write(self->arg, text, size);
    memcpy(self->text + self->size, text, size);
    self->size += size;
    return 0;
}

static int
put_text(struct dialect *self, const char *text)
{
    return text ? put(self, text, strlen(text)) : 0;
}

static int
refuse(struct dialect *self, const char *why, const char *series)
{
    (void)snprintf(self->why, sizeof(self->why), "%s: %.120s", why, series);
    return -EDOM;
}

/* Replaces the head by what is written then, until it is closed. */
static FILE *
open_head(struct dialect *self)
{
    free(self->head);
    self->head = NULL;
    return x_or_die(open_memstream(&self->head, &self->head_size));
}

/* The beginning ------------------------------------------------------------ */

static int
begin(struct dialect *self)
{
    if (self->begun)
        return 0;
    self->begun = true;
    if (self->format != READER_CSV)
        return put_text(self, self->form->first);
    FILE *out = open_head(self);
    (void)fputs("__name__,", out);
    for (size_t i = 0; i < self->name_count; i++) {
        dialect_cell(out, self->names[i]);
        (void)fputc(',', out);
    }
    (void)fputs("time,value\n", out);
    (void)fclose(out);
    return put(self, self->head, self->head_size);
}

int
dialect_names(struct dialect *self, const char *const *names, size_t count)
{
    self->names = xcalloc(count, sizeof(*self->names));
    for (size_t i = 0; i < count; i++)
        self->names[i] = x_or_die(strdup(names[i]));
    self->name_count = count;
    return 0;
}

/* Series ------------------------------------------------------------------- */

static int
describe(struct dialect *self, const struct weir_metric *metric)
{
    if (!self->form->described ||
        (self->family && strcmp(self->family, metric->name) == 0))
        return 0;
    free(self->family);
    self->family = x_or_die(strdup(metric->name));
    FILE *out = open_head(self);
    dialect_describe(out, metric, self->format == READER_OPENMETRICS);
    (void)fclose(out);
    return put(self, self->head, self->head_size);
}

int
dialect_series(struct dialect *self, const struct weir_series *series)
{
    int rc = begin(self);

    if (rc == 0)
        rc = describe(self, series->metric);
    if (rc < 0)
        return rc;
    FILE *out = open_head(self);
    const char *why = self->form->head(self, out, series);
    (void)fclose(out);
    return why ? refuse(self, why, self->head) : 0;
}

/* Samples ------------------------------------------------------------------ */

/* Writes what stands behind the head. */
static size_t
write_sample(const struct dialect *self, int64_t time_ns, double value,
             char *text)
{
    const struct dialect_form *form = self->form;
    char time[TIMETEXT_SIZE], number[WEIR_DOUBLE_SIZE];
    const char *what = number;
    char *at = text;

    if (!form->time(time_ns, time))
        return 0;
    if (stale_is(value))
        what = form->stale;
    else
        (void)weir_format_double(value, number);
    if (form->time_first)
        at = stpcpy(stpcpy(at, time), form->between);
    if (what)
        at = stpcpy(at, what);
    if (!form->time_first)
        at = stpcpy(stpcpy(at, what ? form->between : ""), time);
    *at++ = '\n';
    return (size_t)(at - text);
}

static int
put_sample(struct dialect *self, int64_t time_ns, double value)
{
    char text[WEIR_DOUBLE_SIZE + TIMETEXT_SIZE + 8];
    size_t size = write_sample(self, time_ns, value, text);
    int rc = 0;

    if (size == 0)
        return refuse(self,
                      "Prometheus text has times of whole milliseconds only, "
                      "and there are others; take another format",
                      self->head);
    if (stale_is(value))
        rc = put_text(self, self->form->mark);
    if (rc == 0)
        rc = put(self, self->head, self->head_size);
    return rc < 0 ? rc : put(self, text, size);
}

int
dialect_samples(struct dialect *self, const int64_t *times_ns,
                const double *values, size_t count)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = put_sample(self, times_ns[i], values[i]);
    return rc;
}

int
dialect_end(struct dialect *self)
{
    int rc = begin(self);

    if (rc == 0)
        rc = put_text(self, self->form->last);
    return rc < 0 ? rc : flush(self);
}
