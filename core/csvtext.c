/* csvtext.c - samples in comma-separated values
 *
 * The cells of a line but for time and value are the key of a series reference:
 * a series that was read before is found by these bytes.
 */
#include <config.h>

#include "csvtext.h"

#include <string.h>

#include <weir/cleanup.h>

#include "arena.h"
#include "base.h"
#include "lines.h"
#include "number.h"
#include "reading.h"
#include "series.h"
#include "stale.h"
#include "timetext.h"

enum { COLUMNS_MOST = 4096 };

/* A cell as it is written, without the quotes around it. */
struct cell {
    const char *text;
    size_t length;
    bool quoted; /* a '"' in it is doubled */
};

enum column { TIME, VALUE, NAME, LABEL };

struct csvtext {
    enum column columns[COLUMNS_MOST];
    const char *names[COLUMNS_MOST]; /* of labels; in 'arena' */
    size_t column_count;             /* 0: not read yet */
    struct arena arena;

    struct cell cells[COLUMNS_MOST]; /* of the present line */
    size_t cell_count;
    char *key; /* [key_room] */
    size_t key_room;
    struct arena texts; /* of the series that is being made */
    struct weir_label labels[SERIES_LABELS_MOST + 2];
    size_t label_count;
};

struct csvtext *
csvtext_new(void)
{
    return xcalloc(1, sizeof(struct csvtext));
}

void
csvtext_destroy(struct csvtext **self_p)
{
    struct csvtext *self = weir_take(*self_p);

    if (!self)
        return;
    arena_clear(&self->arena);
    arena_clear(&self->texts);
    free(self->key);
    free(self);
}

/* Cells -------------------------------------------------------------------- */

/* Takes a cell in quotes, at its first one.  Returns NULL when it does not end.
 */
static const char *
take_quoted(const char *at, const char *stop, struct cell *ret_cell)
{
    const char *start = at + 1;

    for (at = start;; at += 2) {
        at = memchr(at, '"', (size_t)(stop - at));
        if (!at)
            return NULL;
        if (at[1] != '"')
            break;
    }
    *ret_cell = (struct cell){start, (size_t)(at - start), true};
    return at + 1;
}

static const char *
take_plain(const char *at, struct cell *ret_cell)
{
    const char *start = at;

    while (*at != ',' && *at != '\n')
        at++;
    size_t length = (size_t)(at - start);
    if (*at == '\n' && length > 0 && start[length - 1] == '\r')
        length--;
    *ret_cell = (struct cell){start, length, false};
    return at;
}

/* Takes the cells of a line that begins at 'at'.  Returns what follows it; NULL
 * when a cell does not end before 'stop', or, with what is wrong, when it is no
 * line. */
static const char *
take_line(struct csvtext *self, struct reading *how, const char *at,
          const char *stop)
{
    for (self->cell_count = 0; self->cell_count < COLUMNS_MOST; at++) {
        struct cell *cell = &self->cells[self->cell_count++];
        bool quoted = *at == '"';
        at = quoted ? take_quoted(at, stop, cell) : take_plain(at, cell);
        if (!at)
            return NULL;
        if (quoted && *at == '\r' && at[1] == '\n')
            at++;
        if (*at == '\n')
            return at + 1;
        if (*at != ',') {
            (void)reading_fault(how, "a comma is due behind the quotes");
            return NULL;
        }
    }
    (void)reading_fault(how, "there are more than 4096 columns");
    return NULL;
}

static bool
is_word(const struct cell *cell, const char *word)
{
    return strlen(word) == cell->length &&
           memcmp(cell->text, word, cell->length) == 0;
}

static const char *
keep_cell(struct arena *texts, const struct cell *cell)
{
    char *start = arena_bytes(texts, cell->text, cell->length);
    char *to = start;

    for (const char *from = start; cell->quoted && *from; from++) {
        *to++ = *from;
        from += *from == '"';
    }
    if (cell->quoted)
        *to = '\0';
    return start;
}

/* The line of names -------------------------------------------------------- */

static int
read_names(struct csvtext *self, struct reading *how)
{
    static const char *const words[] = {
        [TIME] = "time", [VALUE] = "value", [NAME] = "__name__"};
    unsigned seen[LABEL + 1] = {0};

    for (size_t i = 0; i < self->cell_count; i++) {
        enum column column = TIME;
        while (column < LABEL && !is_word(&self->cells[i], words[column]))
            column++;
        self->columns[i] = column;
        self->names[i] = keep_cell(&self->arena, &self->cells[i]);
        seen[column]++;
        if (column == LABEL && !series_label_name_valid(self->names[i]))
            return reading_fault(how, "the first line names the columns, and "
                                      "one of these is no label's name");
    }
    if (seen[VALUE] != 1 || seen[NAME] != 1 || seen[TIME] > 1)
        return reading_fault(how, "the first line is to name one column each "
                                  "__name__, time and value, and the labels");
    self->column_count = self->cell_count;
    return 0;
}

/* Samples ------------------------------------------------------------------ */

static size_t
make_key(struct csvtext *self)
{
    size_t size = 0;

    for (size_t i = 0; i < self->column_count; i++)
        size += self->cells[i].length + 1;
    if (size > self->key_room) {
        self->key_room = 2 * size;
        self->key = xrealloc(self->key, self->key_room, 1);
    }
    size = 0;
    for (size_t i = 0; i < self->column_count; i++) {
        if (self->columns[i] < NAME)
            continue;
        memcpy(self->key + size, self->cells[i].text, self->cells[i].length);
        size += self->cells[i].length;
        self->key[size++] = '\n';
    }
    return size;
}

/* More labels than may be are not kept, but for one, by which the series is
 * found to be invalid. */
static void
keep_labels(struct csvtext *self, struct weir_metric *metric)
{
    self->label_count = 0;
    for (size_t i = 0; i < self->column_count; i++) {
        const struct cell *cell = &self->cells[i];
        if (self->columns[i] == NAME)
            metric->name = keep_cell(&self->texts, cell);
        if (self->columns[i] != LABEL || cell->length == 0 ||
            self->label_count > SERIES_LABELS_MOST)
            continue;
        self->labels[self->label_count++] =
            (struct weir_label){self->names[i], keep_cell(&self->texts, cell)};
    }
    self->labels[self->label_count] = (struct weir_label){0};
    labels_sort(self->labels);
}

static int
find_series(struct csvtext *self, struct reading *how, struct weir_batch *into,
            uint32_t *ret_reference)
{
    size_t size = make_key(self);

    if (weir_series_find(into, self->key, size, ret_reference) == 0)
        return 0;
    if (memchr(self->key, '\0', size))
        return reading_fault(how, "there is a byte 0 in it");
    struct weir_metric metric = {"", WEIR_UNTYPED, "", ""};
    const struct weir_series series = {&metric, "", self->labels};
    arena_clear(&self->texts);
    keep_labels(self, &metric);
    int rc = weir_series_refer(into, &series, self->key, size, ret_reference);
    return rc < 0 ? reading_refused(how, rc) : 0;
}

static const struct cell *
cell_of(const struct csvtext *self, enum column column)
{
    static const struct cell none = {"", 0, false};

    for (size_t i = 0; i < self->column_count; i++)
        if (self->columns[i] == column)
            return &self->cells[i];
    return &none;
}

static int
read_value(const struct csvtext *self, struct reading *how, double *ret_value)
{
    const struct cell *cell = cell_of(self, VALUE);

    if (is_word(cell, "stale")) {
        *ret_value = stale_value();
        return 0;
    }
    if (cell->length == 0 ||
        number_scan(cell->text, ret_value) != cell->text + cell->length)
        return reading_fault(how, "the value is no number");
    return 0;
}

static int
read_sample(struct csvtext *self, struct reading *how, struct weir_batch *into)
{
    const struct cell *time = cell_of(self, TIME);
    uint32_t reference = 0;
    double value = 0;
    int64_t time_ns = 0;

    if (self->cell_count != self->column_count)
        return reading_fault(how, "the first line has another number of "
                                  "columns");
    int rc = read_value(self, how, &value);
    if (rc == 0)
        rc = find_series(self, how, into, &reference);
    if (rc < 0)
        return rc;
    if (time->length == 0)
        return reading_untimed(how, into, reference, value);
    const char *end = timetext_date(time->text, &time_ns);
    if (!end)
        end = timetext_seconds(time->text, &time_ns);
    if (end != time->text + time->length)
        return reading_fault(how, "the time is neither seconds nor a date such "
                                  "as 2026-11-23T10:00:00Z");
    weir_set_at(into, reference, time_ns, value);
    return 0;
}

static size_t
count_lines(const char *at, const char *end)
{
    size_t count = 0;

    for (; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        count++;
    return count;
}

static bool
is_empty(const struct csvtext *self)
{
    return self->cell_count == 1 && self->cells[0].length == 0 &&
           !self->cells[0].quoted;
}

static int
read_line(struct csvtext *self, struct reading *how, struct weir_batch *into)
{
    if (is_empty(self))
        return 0;
    return self->column_count ? read_sample(self, how, into)
                              : read_names(self, how);
}

int
csvtext_read(struct csvtext *self, struct reading *how, struct weir_batch *into,
             const char *text, size_t size)
{
    struct lines lines;
    int rc = 0;

    lines_init(&lines, text, size);
    const char *at = lines.rest;
    how->line = 0;
    while (rc == 0 && at < lines.stop) {
        const char *next = take_line(self, how, at, lines.stop);
        if (!next && !how->what && how->more)
            break;
        if (next)
            rc = read_line(self, how, into);
        else if (how->what)
            rc = reading_fault(how, how->what);
        else
            rc = reading_fault(how, "a cell in quotes does not end");
        how->line += next && rc == 0 ? count_lines(at, next) : 1;
        at = next ? next : at;
    }
    how->size = at < lines.stop ? (size_t)(at - lines.rest) : size;
    lines_fini(&lines);
    return rc;
}
