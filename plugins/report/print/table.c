/* table.c - the figures of all series as a table on a terminal */
#include <math.h>
#include <string.h>
#include <time.h>

#include <weir/plugin.h>

#include "board.h"
#include "human.h"

/* What a terminal is told: go to its upper left corner, clear what is right of
 * here, or below. */
#define TOP          "\033[H"
#define REST_OF_LINE "\033[K\n"
#define REST         "\033[J"
#define BOLD         "\033[1m"
#define PLAIN        "\033[0m"

enum { NS_PER_SECOND = 1000000000, NUMBER_WIDTH = 9, NAMES_LEAST = 36 };

/* From left to right; where room is short, the last of the rank go first. */
static const struct column {
    const char *title;
    size_t offset; /* of a double in the figures */
    int rate;
    int rank;
} columns[] = {
    {"LAST", offsetof(struct weir_figures, last), 0, 0},
    {"AVG", offsetof(struct weir_figures, value[WEIR_FIGURE_AVG]), 0, 1},
    {"MAX", offsetof(struct weir_figures, value[WEIR_FIGURE_MAX]), 0, 3},
    {"MIN", offsetof(struct weir_figures, value[WEIR_FIGURE_MIN]), 0, 4},
    {"AVG/s", offsetof(struct weir_figures, rate[WEIR_FIGURE_AVG]), 1, 2},
    {"MAX/s", offsetof(struct weir_figures, rate[WEIR_FIGURE_MAX]), 1, 5},
    {"MIN/s", offsetof(struct weir_figures, rate[WEIR_FIGURE_MIN]), 1, 6},
};

/* How a width is shared out. */
struct shape {
    int rank_end; /* columns of a lower rank are shown */
    size_t name, labels;
};

static size_t
longest(const struct print_board *self, size_t count, bool labels)
{
    size_t most = 6; /* of the title */

    for (size_t i = 0; i < count; i++) {
        const struct print_row *row = &self->rows[i];
        size_t length = strlen(labels ? row->labels : row->name);
        if (length > most)
            most = length;
    }
    return most;
}

static struct shape
shape_of(const struct print_board *self, size_t width, size_t count)
{
    struct shape shape = {.rank_end = (int)WEIR_COUNT(columns)};

    while (shape.rank_end > 1 &&
           width < NAMES_LEAST + (size_t)shape.rank_end * NUMBER_WIDTH)
        shape.rank_end--;
    size_t numbers = (size_t)shape.rank_end * NUMBER_WIDTH;
    /* One place between the two, and none in the last column: there, clearing
     * the rest of a line would take a letter away. */
    size_t room = width > numbers + 4 ? width - numbers - 2 : 2;
    size_t name = longest(self, count, false);
    size_t labels = longest(self, count, true);

    /* What one of the two leaves, the other may have. */
    if (name + labels > room) {
        size_t half = room / 2;
        if (labels <= half)
            name = room - labels;
        else if (name <= half)
            labels = room - name;
        else {
            name = half;
            labels = room - half;
        }
    }
    shape.name = name;
    shape.labels = labels;
    return shape;
}

/* Bytes of 'text' that take at most 'width' places: it is UTF-8, and what
 * would be told to the terminal is not. */
static void
write_cell(FILE *out, const char *text, size_t width)
{
    size_t used = 0, left = 0;

    for (const char *at = text; *at; at++)
        left += (*at & 0xC0) != 0x80;
    bool cut = left > width;
    for (; *text && !(cut && used + 1 >= width && (*text & 0xC0) != 0x80);
         text++) {
        unsigned char letter = (unsigned char)*text;
        used += (letter & 0xC0) != 0x80;
        (void)fputc(letter < ' ' || letter == 0x7F ? '?' : letter, out);
    }
    if (cut && width > 0) {
        (void)fputc('~', out);
        used++;
    }
    for (; used < width; used++)
        (void)fputc(' ', out);
}

static void
write_numbers(FILE *out, const struct print_row *row, const struct shape *shape)
{
    for (size_t i = 0; i < WEIR_COUNT(columns); i++) {
        char text[HUMAN_SIZE];
        double number = 0;
        if (columns[i].rank >= shape->rank_end)
            continue;
        memcpy(&number, (const char *)&row->figures + columns[i].offset,
               sizeof(number));
        (void)fprintf(out, "%*s", NUMBER_WIDTH,
                      human_number(number, row->unit, columns[i].rate, text));
    }
}

static void
write_head(const struct print_board *self, const struct shape *shape, FILE *out)
{
    time_t seconds = self->time_ns / NS_PER_SECOND;
    struct tm parts = {0};
    char time_text[16], window[HUMAN_SIZE];

    (void)localtime_r(&seconds, &parts);
    (void)strftime(time_text, sizeof(time_text), "%H:%M:%S", &parts);
    (void)human_number((double)self->window_ns / 1e9, "seconds", 0, window);
    (void)fprintf(out, TOP "weir  %s  window %s  %zu series" REST_OF_LINE,
                  time_text, window, self->count);
    (void)fputs(BOLD, out);
    write_cell(out, "METRIC", shape->name);
    (void)fputc(' ', out);
    write_cell(out, "LABELS", shape->labels);
    for (size_t i = 0; i < WEIR_COUNT(columns); i++)
        if (columns[i].rank < shape->rank_end)
            (void)fprintf(out, "%*s", NUMBER_WIDTH, columns[i].title);
    (void)fputs(PLAIN REST_OF_LINE, out);
}

void
board_table(const struct print_board *self, size_t width, size_t most,
            const char *note, FILE *out)
{
    size_t count = self->count < most ? self->count : most;
    const struct shape shape = shape_of(self, width, count);

    write_head(self, &shape, out);
    for (size_t i = 0; i < count; i++) {
        write_cell(out, self->rows[i].name, shape.name);
        (void)fputc(' ', out);
        write_cell(out, self->rows[i].labels, shape.labels);
        write_numbers(out, &self->rows[i], &shape);
        (void)fputs(REST_OF_LINE, out);
    }
    if (*note)
        write_cell(out, note, width);
    else if (count < self->count)
        (void)fprintf(out, "... and %zu more: narrow match, or raise rows",
                      self->count - count);
    (void)fputs(REST, out);
}
