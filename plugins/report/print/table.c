/* table.c - the figures of all series as a table on a terminal */
#include <stdlib.h>
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

/* What is shown of the rows' labels. */
struct cells {
    char **common; /* pairs that all rows have; ends with NULL */
    char **labels; /* [count], without these */
    size_t count;
};

static bool
all_have(const struct print_board *self, const char *pair)
{
    for (size_t i = 0; i < self->count; i++)
        if (!board_has(self->rows[i].pairs, pair))
            return false;
    return true;
}

/* With one series alone, all that it has would be common. */
static char **
common_pairs(const struct print_board *self)
{
    size_t count = 0, kept = 0;
    char **first = self->count > 1 ? self->rows[0].pairs : NULL;

    while (first && first[count])
        count++;
    char **common = calloc(count + 1, sizeof(char *));
    if (!common)
        abort();
    for (size_t i = 0; i < count; i++)
        if (all_have(self, first[i]))
            common[kept++] = first[i];
    return common;
}

static void
cells_init(struct cells *cells, const struct print_board *self, size_t count)
{
    cells->common = common_pairs(self);
    cells->labels = calloc(count + 1, sizeof(char *));
    if (!cells->labels)
        abort();
    for (size_t i = 0; i < count; i++)
        cells->labels[i] = board_join(self->rows[i].pairs, cells->common);
    cells->count = count;
}

static void
cells_fini(struct cells *cells)
{
    for (size_t i = 0; i < cells->count; i++)
        free(cells->labels[i]);
    free(cells->labels);
    free(cells->common);
}

static size_t
larger(size_t most, const char *text)
{
    size_t length = strlen(text);

    return length > most ? length : most;
}

static struct shape
shape_of(const struct print_board *self, size_t width,
         const struct cells *cells)
{
    struct shape shape = {.rank_end = (int)WEIR_COUNT(columns)};

    while (shape.rank_end > 1 &&
           width < NAMES_LEAST + (size_t)shape.rank_end * NUMBER_WIDTH)
        shape.rank_end--;
    size_t numbers = (size_t)shape.rank_end * NUMBER_WIDTH;
    /* One place between the two, and none in the last column: there, clearing
     * the rest of a line would take a letter away. */
    size_t room = width > numbers + 4 ? width - numbers - 2 : 2;
    size_t name = strlen("METRIC"), labels = strlen("LABELS");

    for (size_t i = 0; i < cells->count; i++) {
        name = larger(name, self->rows[i].name);
        labels = larger(labels, cells->labels[i]);
    }
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
write_title(const struct print_board *self, size_t width,
            const struct cells *cells, FILE *out)
{
    static char *const none[] = {NULL};
    time_t seconds = self->time_ns / NS_PER_SECOND;
    struct tm parts = {0};
    char time_text[16], window[HUMAN_SIZE];

    (void)localtime_r(&seconds, &parts);
    (void)strftime(time_text, sizeof(time_text), "%H:%M:%S", &parts);
    (void)human_number((double)self->window_ns / 1e9, "seconds", 0, window);
    weir_cleanup(weir_free) char *common = board_join(cells->common, none);
    weir_cleanup(weir_free) char *title = NULL;
    if (asprintf(&title, "weir  %s  window %s  %zu series  %s", time_text,
                 window, self->count, common) < 0)
        abort();
    (void)fputs(TOP, out);
    write_cell(out, title, width - 1);
    (void)fputs(REST_OF_LINE, out);
}

static void
write_head(const struct shape *shape, FILE *out)
{
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
    weir_cleanup(cells_fini) struct cells cells = {0};

    cells_init(&cells, self, count);
    const struct shape shape = shape_of(self, width, &cells);
    write_title(self, width, &cells, out);
    write_head(&shape, out);
    for (size_t i = 0; i < count; i++) {
        write_cell(out, self->rows[i].name, shape.name);
        (void)fputc(' ', out);
        write_cell(out, cells.labels[i], shape.labels);
        write_numbers(out, &self->rows[i], &shape);
        (void)fputs(REST_OF_LINE, out);
    }
    if (*note)
        write_cell(out, note, width - 1);
    else if (count < self->count)
        (void)fprintf(out, "... and %zu more: narrow match, or raise rows",
                      self->count - count);
    (void)fputs(REST, out);
}
