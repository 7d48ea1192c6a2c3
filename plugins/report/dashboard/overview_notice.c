/* overview_notice.c - what a survey has to warn of */
#include <config.h>

#include "overview_notice.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"

void
notices_warn(struct notices *self, const char *format, ...)
{
    weir_cleanup(weir_free) char *text = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    (void)x_or_die(text);
    for (size_t i = 0; i < self->warning_count; i++)
        if (strcmp(self->warnings[i], text) == 0)
            return;
    if (self->warning_count < WARNINGS_MOST)
        self->warnings[self->warning_count++] = weir_take(text);
    else
        self->left_out++;
}

void
notices_fail(struct notices *self, char *what, const char *why)
{
    weir_cleanup(weir_free) char *first = weir_take(what);
    size_t at = 0;

    while (at < self->failure_count && strcmp(self->failures[at].why, why) != 0)
        at++;
    if (at == WARNINGS_MOST) {
        self->left_out++;
    } else if (at < self->failure_count) {
        self->failures[at].count++;
    } else {
        self->failure_count++;
        self->failures[at] =
            (struct failure){x_or_die(strdup(why)), weir_take(first), 1};
    }
}

static void
free_failures(struct notices *self)
{
    for (size_t i = 0; i < self->failure_count; i++) {
        free(self->failures[i].first);
        free(self->failures[i].why);
    }
    self->failure_count = 0;
}

void
notices_settle(struct notices *self)
{
    for (size_t i = 0; i < self->failure_count; i++) {
        const struct failure *each = &self->failures[i];
        if (each->count == 1)
            notices_warn(self, "%s can not be told: %s", each->first,
                         each->why);
        else
            notices_warn(self, "%s and %zu others can not be told: %s",
                         each->first, each->count - 1, each->why);
    }
    free_failures(self);
}

void
notices_fini(struct notices *self)
{
    free_failures(self);
    for (size_t i = 0; i < self->warning_count; i++)
        free(self->warnings[i]);
    *self = (struct notices){0};
}
