/* top_view.c - what weir top shows of the overview, and what keys change */
#include <config.h>

#include "top_view.h"

#include <ctype.h>
#include <ncurses.h>
#include <stdio.h>
#include <string.h>

#include "base.h"

enum { ESCAPE = 27, DELETE = 127, BACKSPACE = 8 };

/* In seconds; + and - go from one to the next. */
static const int64_t windows[] = {60,    300,   900,    3600,
                                  21600, 86400, 604800, 2592000};

void
top_view_init(struct top_view *self, const struct top_wish *wish)
{
    static const char *const order[] = {"host", "go", "target", "weir"};

    *self = (struct top_view){
        .window_ns = wish->window_ns, .height = 1, .stale = true};
    (void)snprintf(self->search, sizeof(self->search), "%s", wish->search);
    (void)snprintf(self->sort, sizeof(self->sort), "%s", wish->sort);
    for (size_t i = 0; wish->kind && i < ARRAY_SIZE(order); i++)
        if (strcmp(order[i], wish->kind) == 0)
            self->kind = i;
}

void
top_view_fini(struct top_view *self)
{
    top_answer_destroy(&self->answer);
    free(self->failure);
    self->failure = NULL;
}

const struct top_kind *
top_view_kind(const struct top_view *self)
{
    return self->answer && self->kind < self->answer->kind_count
               ? &self->answer->kinds[self->kind]
               : NULL;
}

const struct top_row *
top_view_row(const struct top_view *self)
{
    const struct top_kind *kind = top_view_kind(self);
    size_t at = self->selected - self->offset;

    return kind && self->selected >= self->offset && at < kind->row_count
               ? &kind->rows[at]
               : NULL;
}

/* Moving ------------------------------------------------------------------- */

/* Scrolls so that the selected row can be seen. */
static void
scroll_to(struct top_view *self, size_t selected)
{
    const struct top_kind *kind = top_view_kind(self);
    size_t count = kind ? kind->matched : 0;
    size_t before = self->offset;

    self->selected = selected < count ? selected : count ? count - 1 : 0;
    if (self->selected < self->offset)
        self->offset = self->selected;
    if (self->selected >= self->offset + self->height)
        self->offset = self->selected - self->height + 1;
    self->stale |= self->offset != before;
}

static void
move_by(struct top_view *self, long by)
{
    long to = (long)self->selected + by;

    scroll_to(self, to < 0 ? 0 : (size_t)to);
}

static void
show_kind(struct top_view *self, size_t kind)
{
    self->kind = kind % TOP_KINDS;
    self->stale |= self->offset > 0;
    self->selected = self->offset = 0;
    self->sort[0] = '\0';
    self->stale = true;
}

void
top_view_fit(struct top_view *self, size_t height)
{
    if (height > 0 && height != self->height) {
        self->stale |= height > self->height;
        self->height = height;
        scroll_to(self, self->selected);
    }
}

/* Sorting ------------------------------------------------------------------ */

/* Goes on to the next thing to sort by: state, name, and each column. */
static void
sort_by_next(struct top_view *self, int by)
{
    const struct top_kind *kind = top_view_kind(self);
    int count = kind ? (int)kind->column_count + 2 : 2;
    int at = strcmp(self->sort, "name") == 0 ? 1 : 0;

    for (int i = 2; i < count; i++)
        if (strcmp(kind->columns[i - 2].key, self->sort) == 0)
            at = i;
    at = (at + by + count) % count;
    const char *key = at == 0 ? "" : at == 1 ? "name" : "";
    if (at > 1)
        key = kind->columns[at - 2].key;
    (void)snprintf(self->sort, sizeof(self->sort), "%s", key);
    self->ascending = at == 1;
    self->stale = true;
}

static void
change_window(struct top_view *self, int by)
{
    int64_t now_s = self->window_ns / NS_PER_S;

    if (by > 0) {
        for (size_t i = 0; i < ARRAY_SIZE(windows); i++)
            if (windows[i] > now_s) {
                self->window_ns = windows[i] * NS_PER_S;
                break;
            }
    } else {
        for (size_t i = ARRAY_SIZE(windows); i > 0; i--)
            if (windows[i - 1] < now_s) {
                self->window_ns = windows[i - 1] * NS_PER_S;
                break;
            }
    }
    self->stale = true;
}

/* Keys --------------------------------------------------------------------- */

/* A search that is being typed. */
static void
search_key(struct top_view *self, int key)
{
    size_t length = strlen(self->search);

    if (key == ESCAPE) {
        self->search[0] = '\0';
        self->mode = TOP_LIST;
    } else if (key == '\n' || key == '\r' || key == KEY_ENTER) {
        self->mode = TOP_LIST;
    } else if (key == KEY_BACKSPACE || key == DELETE || key == BACKSPACE) {
        while (length > 0 &&
               ((unsigned char)self->search[length - 1] & 0xc0) == 0x80)
            length--;
        self->search[length ? length - 1 : 0] = '\0';
    } else if (key >= ' ' && key < 256 && length + 1 < sizeof(self->search)) {
        self->search[length] = (char)key;
        self->search[length + 1] = '\0';
    } else {
        return;
    }
    self->selected = self->offset = 0;
    self->stale = true;
}

static void
go_up(struct top_view *self)
{
    move_by(self, -1);
}

static void
go_down(struct top_view *self)
{
    move_by(self, 1);
}

static void
page_up(struct top_view *self)
{
    move_by(self, -(long)self->height);
}

static void
page_down(struct top_view *self)
{
    move_by(self, (long)self->height);
}

static void
go_first(struct top_view *self)
{
    scroll_to(self, 0);
}

static void
go_last(struct top_view *self)
{
    scroll_to(self, SIZE_MAX);
}

static void
next_kind(struct top_view *self)
{
    show_kind(self, self->kind + 1);
}

static void
kind_before(struct top_view *self)
{
    show_kind(self, self->kind + TOP_KINDS - 1);
}

static void
begin_search(struct top_view *self)
{
    self->mode = TOP_SEARCHING;
}

static void
sort_on(struct top_view *self)
{
    sort_by_next(self, 1);
}

static void
sort_back(struct top_view *self)
{
    sort_by_next(self, -1);
}

static void
invert(struct top_view *self)
{
    self->ascending = !self->ascending;
    self->stale = true;
}

static void
look_longer(struct top_view *self)
{
    change_window(self, 1);
}

static void
look_shorter(struct top_view *self)
{
    change_window(self, -1);
}

static void
pause_or_go_on(struct top_view *self)
{
    self->paused = !self->paused;
    self->stale |= !self->paused;
}

static void
next_figure(struct top_view *self)
{
    self->figure = (enum top_figure)((self->figure + 1) % TOP_FIGURES);
}

static void
look_again(struct top_view *self)
{
    self->stale = true;
}

static void
show_help(struct top_view *self)
{
    self->mode = TOP_HELP;
}

static void
quit(struct top_view *self)
{
    self->quit = true;
}

static const struct {
    int key;
    void (*act)(struct top_view *self);
} keys[] = {
    {KEY_UP, go_up},         {'k', go_up},
    {KEY_DOWN, go_down},     {'j', go_down},
    {KEY_PPAGE, page_up},    {KEY_NPAGE, page_down},
    {KEY_HOME, go_first},    {KEY_END, go_last},
    {'\t', next_kind},       {KEY_RIGHT, next_kind},
    {KEY_BTAB, kind_before}, {KEY_LEFT, kind_before},
    {'/', begin_search},     {KEY_F(3), begin_search},
    {KEY_F(6), sort_on},     {'>', sort_on},
    {'.', sort_on},          {'<', sort_back},
    {',', sort_back},        {'I', invert},
    {'+', look_longer},      {'=', look_longer},
    {'-', look_shorter},     {' ', pause_or_go_on},
    {'f', next_figure},      {'r', look_again},
    {'h', show_help},        {'?', show_help},
    {KEY_F(1), show_help},   {'q', quit},
    {KEY_F(10), quit},       {'Q', quit},
};

void
top_view_key(struct top_view *self, int key)
{
    if (self->mode == TOP_SEARCHING) {
        search_key(self, key);
        return;
    }
    if (self->mode == TOP_HELP) {
        self->mode = TOP_LIST;
        return;
    }
    if (key >= '1' && key < '1' + TOP_KINDS)
        show_kind(self, (size_t)(key - '1'));
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        if (keys[i].key == key)
            keys[i].act(self);
}

/* Asking ------------------------------------------------------------------- */

void
top_view_take(struct top_view *self, struct top_answer *answer, char *failure)
{
    free(self->failure);
    self->failure = failure;
    if (!answer)
        return;
    top_answer_destroy(&self->answer);
    self->answer = answer;
    const struct top_kind *kind = top_view_kind(self);
    if (kind && self->offset > 0 && self->offset >= kind->matched) {
        self->offset = 0;
        self->stale = true;
    }
    if (kind && self->selected >= kind->matched)
        self->selected = kind->matched ? kind->matched - 1 : 0;
}

struct top_question
top_view_question(const struct top_view *self)
{
    bool usual = !self->sort[0] && !self->ascending;

    return (struct top_question){
        .window_ns = self->window_ns,
        .search = self->search,
        .sort = self->sort,
        .order = usual             ? ""
                 : self->ascending ? "asc"
                                   : "desc",
        .limit = self->height,
        .offset = self->offset,
    };
}
