/* scrape_text.c - what a program answers, again and again */
#include <config.h>

#include "scrape_text.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "arena.h"
#include "base.h"

enum {
    FILE_MOST = 1 << 20,
    CHANGED_PERCENT = 30,
    LEAP_PERCENT = 5, /* of those that change: another width */
};

/* A line of the text: all of it, or what stands before the value. */
struct line {
    const char *head;
    double value;
    bool is_sample;
};

struct scrape_text {
    struct arena texts;
    struct line *lines; /* [count] */
    uint32_t count, room;
    uint32_t samples;
    uint64_t random;
};

static struct line *
add_line(struct scrape_text *self, const char *head)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 256;
        self->lines = xrealloc(self->lines, self->room, sizeof(*self->lines));
    }
    self->lines[self->count] = (struct line){.head = head};
    return &self->lines[self->count++];
}

/* Writes 'head' with one label more, which tells the copy. */
static const char *
label_copy(struct scrape_text *self, const char *head, size_t length,
           uint32_t copy)
{
    char text[1024];
    const char *brace = memchr(head, '{', length);

    if (copy == 0)
        return arena_bytes(&self->texts, head, length);
    if (brace)
        (void)snprintf(text, sizeof(text), "%.*scopy=\"%u\",%.*s",
                       (int)(brace + 1 - head), head, copy,
                       (int)(head + length - brace - 1), brace + 1);
    else
        (void)snprintf(text, sizeof(text), "%.*s{copy=\"%u\"}", (int)length,
                       head, copy);
    return arena_text(&self->texts, text);
}

static void
take_line(struct scrape_text *self, const char *text, size_t length,
          uint32_t copy)
{
    const char *blank = memrchr(text, ' ', length);

    if (*text == '#' || !blank) {
        if (copy == 0 && strncmp(text, "# EOF", length) != 0)
            add_line(self, arena_bytes(&self->texts, text, length));
        return;
    }
    size_t head = (size_t)(blank - text);
    struct line *line = add_line(self, label_copy(self, text, head, copy));
    line->value = strtod(blank, NULL);
    line->is_sample = true;
    self->samples++;
}

int
scrape_text_open(const char *path, uint32_t series,
                 struct scrape_text **ret_text)
{
    weir_cleanup(scrape_text_destroy) struct scrape_text *self =
        xcalloc(1, sizeof(*self));
    weir_cleanup(weir_free) char *text = xcalloc(FILE_MOST, 1);

    self->random = 1;
    ssize_t size = weir_read_file(path, text, FILE_MOST);
    if (size < 0)
        return (int)size;
    for (uint32_t copy = 0; self->samples < series; copy++) {
        uint32_t before = self->samples;
        for (const char *at = text; *at;) {
            size_t length = strcspn(at, "\n");
            take_line(self, at, length, copy);
            at += length + (at[length] == '\n');
        }
        if (self->samples == before)
            return -EBADMSG;
    }
    *ret_text = weir_take(self);
    return 0;
}

void
scrape_text_destroy(struct scrape_text **self_p)
{
    struct scrape_text *self = *self_p;

    if (!self)
        return;
    arena_clear(&self->texts);
    free(self->lines);
    free(self);
    *self_p = NULL;
}

uint32_t
scrape_text_samples(const struct scrape_text *self)
{
    return self->samples;
}

uint32_t
scrape_text_lines(const struct scrape_text *self)
{
    return self->count;
}

/* xorshift64, so that each run is like the other. */
static uint32_t
draw(struct scrape_text *self, uint32_t below)
{
    self->random ^= self->random << 13;
    self->random ^= self->random >> 7;
    self->random ^= self->random << 17;
    return (uint32_t)(self->random >> 32) % below;
}

/* A whole number stays whole, any other one gets digits of its own. */
static double
changed(struct scrape_text *self, double value)
{
    double step = 1 + draw(self, 1000);

    if (draw(self, 100) < LEAP_PERCENT)
        step *= 1 + fabs(value);
    return rint(value) < value || rint(value) > value
               ? value * (1 + step / 7919)
               : value + step;
}

void
scrape_text_change(struct scrape_text *self)
{
    for (uint32_t i = 0; i < self->count; i++) {
        struct line *line = &self->lines[i];
        if (line->is_sample && draw(self, 100) < CHANGED_PERCENT)
            line->value = changed(self, line->value);
        if (fabs(line->value) > 1e15)
            line->value = 1;
    }
}

char *
scrape_text_make(const struct scrape_text *self, size_t *ret_size)
{
    char *text = NULL;
    FILE *out = x_or_die(open_memstream(&text, ret_size));

    for (uint32_t i = 0; i < self->count; i++) {
        const struct line *line = &self->lines[i];
        char number[WEIR_DOUBLE_SIZE];
        (void)fputs(line->head, out);
        if (line->is_sample) {
            (void)weir_format_double(line->value, number);
            (void)fprintf(out, " %s", number);
        }
        (void)fputc('\n', out);
    }
    (void)fclose(out);
    return text;
}
