/* top_screen.c - weir top on a terminal, by ncurses
 *
 * From above: whose overview it is, the kinds, the heads, the rows, what is
 * wrong with the selected one and its figures, and the keys.
 */
#include <config.h>

#include "top_screen.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <ncurses.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "overview_words.h"
#include "top_text.h"

enum {
    WRONGS_SHOWN = 3,
    DETAIL_LINES = WRONGS_SHOWN + 4, /* a rule, words, three lines of figures */
    HEAD_LINES = 3,
    ROWS_LEAST = 3,
    LABEL_WIDTH = 10,
    SPARK_LEAST = 8,
    SPARK_MOST = 30,
    REPAINT = 'L' - '@', /* Ctrl-L */
};

enum pair { PAIR_BAD = 1, PAIR_WARN, PAIR_GONE, PAIR_BAR };

int
top_screen_open(void)
{
    const char *term = getenv("TERM");

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !term || !*term ||
        strcmp(term, "dumb") == 0)
        return -ENOTTY;
    (void)setlocale(LC_CTYPE, "");
    if (!newterm(NULL, stdout, stdin))
        return -ENOTTY;
    (void)cbreak();
    (void)noecho();
    (void)nonl();
    (void)keypad(stdscr, true);
    (void)set_escdelay(25);
    (void)curs_set(0);
    if (has_colors() && !getenv("NO_COLOR")) {
        (void)start_color();
        (void)use_default_colors();
        (void)init_pair(PAIR_BAD, COLOR_RED, -1);
        (void)init_pair(PAIR_WARN, COLOR_YELLOW, -1);
        (void)init_pair(PAIR_GONE, COLOR_MAGENTA, -1);
        (void)init_pair(PAIR_BAR, COLOR_BLACK, COLOR_CYAN);
    }
    return 0;
}

void
top_screen_close(void)
{
    (void)endwin();
}

int
top_screen_key(int wait_ms)
{
    timeout(wait_ms);
    int key = getch();
    if (key == REPAINT)
        (void)clearok(curscr, true);
    return key;
}

/* Lines -------------------------------------------------------------------- */

/* A line that is being written. */
struct line {
    FILE *out;
    char *text;
    size_t size;
};

static FILE *
line_begin(struct line *self)
{
    *self = (struct line){0};
    self->out = x_or_die(open_memstream(&self->text, &self->size));
    return self->out;
}

/* Puts the line on the screen at 'y', as wide as that is. */
static void
line_put(struct line *self, int y, attr_t how)
{
    struct line whole;

    (void)fclose(self->out);
    top_write_cut(line_begin(&whole), self->text, (size_t)COLS);
    (void)fclose(whole.out);
    (void)attrset(how);
    (void)mvaddstr(y, 0, whole.text);
    (void)attrset(A_NORMAL);
    free(whole.text);
    free(self->text);
}

static attr_t
colour(enum pair pair)
{
    return has_colors() && !getenv("NO_COLOR") ? (attr_t)COLOR_PAIR(pair) : 0;
}

static attr_t
look_of(enum top_state state)
{
    switch (state) {
    case TOP_BAD:
        return A_BOLD | colour(PAIR_BAD);
    case TOP_GONE:
        return colour(PAIR_GONE);
    case TOP_WARN:
        return colour(PAIR_WARN);
    default:
        return A_NORMAL;
    }
}

/* Parts -------------------------------------------------------------------- */

static const char *const figures[TOP_FIGURES] = {"value now", "average",
                                                 "maximum", "minimum"};

static void
draw_title(const struct top_screen *self, const struct top_view *view)
{
    char figure[FIGURE_SIZE];
    char clock[16] = "";
    struct line line;
    FILE *out = line_begin(&line);
    time_t now = time(NULL);
    struct tm parts;

    if (localtime_r(&now, &parts))
        (void)strftime(clock, sizeof(clock), "%H:%M:%S", &parts);
    (void)fprintf(out, "weir top  %s  %s  last %s", clock, self->where,
                  words_figure((double)view->window_ns / (double)NS_PER_S,
                               "seconds", figure));
    (void)fprintf(out, "  by %s%s", view->sort[0] ? view->sort : "state",
                  view->ascending ? " upwards" : "");
    if (view->figure)
        (void)fprintf(out, "  showing the %s", figures[view->figure]);
    if (view->search[0] || view->mode == TOP_SEARCHING)
        (void)fprintf(out, "  search \"%s\"", view->search);
    if (view->paused)
        (void)fputs("  PAUSED", out);
    line_put(&line, 0, A_BOLD);
}

static void
draw_kinds(const struct top_view *view)
{
    const struct top_answer *answer = view->answer;

    (void)move(1, 0);
    (void)clrtoeol();
    for (size_t i = 0; answer && i < answer->kind_count; i++) {
        struct line line;
        bool chosen = i == view->kind;
        top_write_count(line_begin(&line), &answer->kinds[i]);
        (void)fclose(line.out);
        (void)attrset(chosen ? A_REVERSE : A_NORMAL);
        if (getcurx(stdscr) + (int)line.size + 2 < COLS)
            (void)printw(" %s ", line.text);
        (void)attrset(A_NORMAL);
        free(line.text);
    }
}

/* The name may have what the columns leave, and half of a narrow screen. */
static struct top_form
form_of(const struct top_screen *self, const struct top_view *view,
        const struct top_kind *kind)
{
    struct top_form form = {.utf8 = self->utf8,
                            .figures = 1U << view->figure,
                            .name_width = top_name_width(kind)};
    size_t cells = kind->column_count * TOP_CELL;
    size_t width = (size_t)COLS;
    size_t left = width > cells ? width - cells : 0;
    size_t most = left > width / 2 ? left : width / 2;

    if (form.name_width > most)
        form.name_width = most;
    left -= left < form.name_width ? left : form.name_width;
    if (left > SPARK_LEAST + 2)
        form.spark_width = left - 2 < SPARK_MOST ? left - 2 : SPARK_MOST;
    return form;
}

static void
draw_rows(const struct top_screen *self, const struct top_view *view)
{
    const struct top_kind *kind = top_view_kind(view);
    struct line line;

    if (!kind)
        return;
    const struct top_form form = form_of(self, view, kind);
    top_write_heads(line_begin(&line), &form, kind);
    line_put(&line, 2, A_REVERSE | colour(PAIR_BAR));
    for (size_t i = 0; i < kind->row_count && i < view->height; i++) {
        bool selected = view->offset + i == view->selected;
        top_write_row(line_begin(&line), &form, kind, &kind->rows[i]);
        line_put(&line, HEAD_LINES + (int)i,
                 look_of(kind->rows[i].state) | (selected ? A_REVERSE : 0));
    }
    if (kind->row_count == 0)
        (void)mvaddstr(HEAD_LINES, 2,
                       view->search[0] ? "nothing has that in its name"
                                       : "nothing is there yet");
}

/* What is wrong with the selected row, and all of its figures. */
static void
draw_detail(const struct top_view *view, int y)
{
    static const char *const names[] = {"now", "average", "maximum"};
    const struct top_kind *kind = top_view_kind(view);
    const struct top_row *row = top_view_row(view);
    struct line line;
    FILE *out = line_begin(&line);

    (void)fprintf(out, "%s", row ? row->name : "");
    line_put(&line, y++, A_UNDERLINE | A_BOLD);
    for (size_t i = 0; row && i < row->wrong_count && i < WRONGS_SHOWN; i++) {
        (void)fprintf(line_begin(&line), "  ! %s", row->wrong[i]);
        line_put(&line, y + (int)i, look_of(row->state));
    }
    y += WRONGS_SHOWN;
    for (size_t j = 0; row && j < ARRAY_SIZE(names); j++) {
        char figure[FIGURE_SIZE];
        out = line_begin(&line);
        top_write_cut(out, names[j], LABEL_WIDTH);
        for (size_t i = 0; i < kind->column_count; i++)
            if (!isnan(row->figures[i][j]))
                (void)fprintf(out, "  %s %s", kind->columns[i].title,
                              words_figure(row->figures[i][j],
                                           kind->columns[i].unit, figure));
        line_put(&line, y + (int)j, A_NORMAL);
    }
}

static void
draw_foot(const struct top_view *view)
{
    const struct top_answer *answer = view->answer;
    struct line line;
    FILE *out = line_begin(&line);
    attr_t how = A_REVERSE | colour(PAIR_BAR);

    if (view->mode == TOP_SEARCHING) {
        (void)fprintf(out, "search: %s_   (Enter: done, Esc: all)",
                      view->search);
    } else if (view->failure) {
        (void)fputs(view->failure, out);
        how = A_REVERSE | colour(PAIR_BAD);
    } else if (answer && answer->warning_count) {
        (void)fprintf(out, "warning: %s", answer->warnings[0]);
        how = A_REVERSE | colour(PAIR_WARN);
    } else {
        (void)fputs("F1 Help  Tab Kind  / Search  F6 Sort  f Figure  +/- Window"
                    "  Space Pause  q Quit",
                    out);
    }
    line_put(&line, LINES - 1, how);
}

static void
draw_help(void)
{
    static const char *const lines[] = {
        "weir top: how hosts and services are doing",
        "",
        "Up Down j k        the row before, the next",
        "PgUp PgDn Home End by pages; the first, the last",
        "Tab Right Left 1-4 hosts, Go services, other targets, weir",
        "/ F3               search in names; Esc ends it",
        "F6 > <             sort by the next column, the one before; I inverts",
        "f                  figures that columns show: now, average, maximum,",
        "                   minimum",
        "+ -                a longer window, a shorter one",
        "Space              stand still, go on; r looks at once",
        "Ctrl-L             draw all of it again",
        "F1 h ?             this",
        "F10 q              quit",
        "",
        "Red is bad, yellow a warning, magenta was not heard of for a while;",
        "what is wrong stands below the rows. Any key goes back.",
    };

    for (int i = 0; i < (int)ARRAY_SIZE(lines) && i < LINES; i++)
        (void)mvaddnstr(i, 0, lines[i], COLS);
}

void
top_screen_draw(const struct top_screen *self, struct top_view *view)
{
    int rows = LINES - HEAD_LINES - DETAIL_LINES - 1;
    bool detail = rows >= ROWS_LEAST;

    if (!detail)
        rows = LINES - HEAD_LINES - 1;
    top_view_fit(view, rows > 0 ? (size_t)rows : 1);
    (void)erase();
    if (view->mode == TOP_HELP) {
        draw_help();
    } else {
        draw_title(self, view);
        draw_kinds(view);
        draw_rows(self, view);
        if (detail)
            draw_detail(view, HEAD_LINES + rows);
        draw_foot(view);
    }
    (void)refresh();
}
