/* complaint.c - what is wrong with a configuration, all of it */
#include <config.h>

#include "complaint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base.h"

static void
add(struct complaints *self, struct place at, const char *text)
{
    size_t size = strlen(at.file) + strlen(text) + 32;
    char *line = arena_alloc(&self->texts, size);

    if (at.line > 0)
        (void)snprintf(line, size, "%s:%d: %s", at.file, at.line, text);
    else
        (void)snprintf(line, size, "%s: %s", at.file, text);
    self->list[self->count++].text = line;
}

static void __attribute__((format(printf, 4, 0)))
complain(struct complaints *self, struct place at, bool warning,
         const char *format, va_list values)
{
    if (!warning)
        self->error_count++;
    if (self->count == COMPLAINT_MOST) {
        self->more_count++;
        return;
    }
    self->list[self->count].warning = warning;

    char *text = NULL;
    if (vasprintf(&text, format, values) < 0)
        text = NULL;
    add(self, at, x_or_die(text));
    free(text);
}

void
complaints_error(struct complaints *self, struct place at, const char *format,
                 ...)
{
    va_list values;

    va_start(values, format);
    complain(self, at, false, format, values);
    va_end(values);
}

void
complaints_warning(struct complaints *self, struct place at, const char *format,
                   ...)
{
    va_list values;

    va_start(values, format);
    complain(self, at, true, format, values);
    va_end(values);
}

void
complaints_clear(struct complaints *self)
{
    arena_clear(&self->texts);
    memset(self, 0, sizeof(*self));
}
