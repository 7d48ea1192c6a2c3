/* reply.c - what InfluxDB answers to a query, as it comes; see reply.h
 *
 * Each item of MessagePack has a place, which follows from where the array or
 * map that it belongs to is, and from its key; a table says which.  What has no
 * place there is passed over.
 */
#include <config.h>

#include "reply.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/plugin.h>

#include "arena.h"
#include "base.h"

enum { DEPTH_MOST = 16 };

enum place {
    PASSED, /* and all within it */
    DOCUMENT,
    ERROR,
    RESULTS,
    RESULT,
    SERIES_LIST,
    SERIES,
    STATEMENT,
    NAME,
    TAGS,
    TAG,
    ROWS,
    ROW,
    CELL,
};

/* What each place is to be, and where the items of an array, or the values of a
 * map with any keys, are. */
static const struct {
    enum msgpack_kind kind;
    enum place items;
    bool any_kind;
} places[] = {
    [PASSED] = {.any_kind = true},
    [DOCUMENT] = {MSGPACK_MAP, PASSED, false},
    [ERROR] = {MSGPACK_TEXT, PASSED, false},
    [RESULTS] = {MSGPACK_ARRAY, RESULT, false},
    [RESULT] = {MSGPACK_MAP, PASSED, false},
    [SERIES_LIST] = {MSGPACK_ARRAY, SERIES, false},
    [SERIES] = {MSGPACK_MAP, PASSED, false},
    [STATEMENT] = {MSGPACK_INTEGER, PASSED, false},
    [NAME] = {MSGPACK_TEXT, PASSED, false},
    [TAGS] = {MSGPACK_MAP, TAG, false},
    [TAG] = {MSGPACK_TEXT, PASSED, false},
    [ROWS] = {MSGPACK_ARRAY, ROW, false},
    [ROW] = {MSGPACK_ARRAY, CELL, false},
    [CELL] = {.any_kind = true},
};

static const struct {
    enum place within;
    enum place place;
    const char *key;
} keys[] = {
    {DOCUMENT, RESULTS, "results"},
    {DOCUMENT, ERROR, "error"},
    {RESULT, SERIES_LIST, "series"},
    {RESULT, ERROR, "error"},
    {RESULT, STATEMENT, "statement_id"},
    {SERIES, NAME, "name"},
    {SERIES, TAGS, "tags"},
    {SERIES, ROWS, "values"},
};

/* An array or map that has not ended. */
struct level {
    enum place place;
    bool is_map;
    bool keyed;      /* the next item is the value of a key */
    enum place next; /* where that is */
    uint32_t left;   /* items or pairs */
};

struct reply {
    const struct reply_calls *calls;
    void *arg;
    struct level levels[DEPTH_MOST];
    size_t depth;
    bool begun; /* there was a document */

    uint8_t *bytes; /* [room], what was not read yet */
    size_t size, room;

    uint64_t statement;
    struct arena head; /* of the series */
    struct reply_series series;
    struct weir_label tags[REPLY_TAGS_MOST + 1];
    const char *key; /* of the next tag, in 'head' */

    struct arena texts; /* of the row's cells */
    struct reply_cell cells[REPLY_CELLS_MOST];
    size_t cell_count;
    char why[REPLY_WHY_SIZE];
};

struct reply *
reply_new(const struct reply_calls *calls, void *arg)
{
    struct reply *self = xcalloc(1, sizeof(*self));

    self->calls = calls;
    self->arg = arg;
    self->series.name = "";
    self->series.tags = self->tags;
    return self;
}

void
reply_destroy(struct reply **self_p)
{
    struct reply *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    arena_clear(&self->head);
    arena_clear(&self->texts);
    free(self->bytes);
    free(self);
}

const char *
reply_why(const struct reply *self)
{
    return self->why;
}

int
reply_end(const struct reply *self)
{
    return self->begun && self->depth == 0 && self->size == 0 ? 0 : -EBADMSG;
}

/* Texts -------------------------------------------------------------------- */

/* A '\0' within becomes what no valid text has. */
static const char *
keep(struct arena *arena, const struct msgpack_item *item)
{
    char *text = arena_bytes(arena, item->text, item->count);

    for (char *at = text;
         (at = memchr(at, '\0', item->count - (size_t)(at - text)));)
        *at = (char)0xff;
    return text;
}

/* Keeps an error as one line without bytes that a terminal would obey. */
static int
keep_error(struct reply *self, const struct msgpack_item *item)
{
    (void)snprintf(self->why, sizeof(self->why), "%.*s", (int)item->count,
                   item->text);
    for (char *at = self->why; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = ' ';
    return -EREMOTEIO;
}

/* Places ------------------------------------------------------------------- */

static void
take_tag(struct reply *self, const struct msgpack_item *item)
{
    if (item->count == 0)
        return;
    if (self->series.tag_count++ >= REPLY_TAGS_MOST)
        return;
    self->tags[self->series.tag_count - 1] =
        (struct weir_label){self->key, keep(&self->head, item)};
}

static void
take_cell(struct reply *self, const struct msgpack_item *item)
{
    if (self->cell_count == REPLY_CELLS_MOST)
        return;
    self->cells[self->cell_count++] = (struct reply_cell){
        .kind = item->kind,
        .integer = item->integer,
        .real = item->real,
        .text = item->kind == MSGPACK_TEXT ? keep(&self->texts, item) : NULL,
    };
}

/* Takes what is neither an array nor a map. */
static int
take_scalar(struct reply *self, enum place place,
            const struct msgpack_item *item)
{
    switch (place) {
    case ERROR:
        return keep_error(self, item);
    case NAME:
        self->series.name = keep(&self->head, item);
        break;
    case TAG:
        take_tag(self, item);
        break;
    case STATEMENT:
        self->statement = (uint64_t)item->integer;
        break;
    case CELL:
        take_cell(self, item);
        break;
    default:
        break;
    }
    return 0;
}

static int
tell_series(struct reply *self)
{
    size_t count = self->series.tag_count;

    self->tags[count < REPLY_TAGS_MOST ? count : REPLY_TAGS_MOST] =
        (struct weir_label){0};
    return self->calls->series(self->arg, &self->series);
}

/* An array or a map begins. */
static int
enter(struct reply *self, enum place place)
{
    if (place == SERIES) {
        arena_clear(&self->head);
        self->series = (struct reply_series){
            .name = "", .tags = self->tags, .statement = self->statement};
    }
    if (place == ROW) {
        if (self->texts.size > 0)
            arena_clear(&self->texts);
        self->cell_count = 0;
    }
    self->begun = true;
    return place == ROWS ? tell_series(self) : 0;
}

static int
leave(struct reply *self, enum place place)
{
    return place == ROW
               ? self->calls->row(self->arg, self->cells, self->cell_count)
               : 0;
}

/* Keys --------------------------------------------------------------------- */

static enum place
place_of_key(enum place within, const struct msgpack_item *key)
{
    for (size_t i = 0; i < WEIR_COUNT(keys); i++)
        if (keys[i].within == within && strlen(keys[i].key) == key->count &&
            memcmp(keys[i].key, key->text, key->count) == 0)
            return keys[i].place;
    return places[within].items;
}

static int
take_key(struct reply *self, struct level *level,
         const struct msgpack_item *item)
{
    if (item->kind != MSGPACK_TEXT)
        return level->place == PASSED && item->kind < MSGPACK_ARRAY
                   ? (level->keyed = true, level->next = PASSED, 0)
                   : -EBADMSG;
    level->keyed = true;
    level->next = place_of_key(level->place, item);
    if (level->place == TAGS)
        self->key = keep(&self->head, item);
    return 0;
}

/* Items -------------------------------------------------------------------- */

/* Ends all that has no items left. */
static int
leave_all(struct reply *self)
{
    int rc = 0;

    while (rc == 0 && self->depth > 0 &&
           self->levels[self->depth - 1].left == 0)
        rc = leave(self, self->levels[--self->depth].place);
    return rc;
}

static int
take_value(struct reply *self, enum place place,
           const struct msgpack_item *item)
{
    if (!places[place].any_kind && places[place].kind != item->kind)
        return -EBADMSG;
    if (item->kind < MSGPACK_ARRAY)
        return take_scalar(self, place, item);
    if (place == CELL)
        return -EBADMSG;
    if (self->depth == DEPTH_MOST)
        return -EBADMSG;
    self->levels[self->depth++] = (struct level){
        .place = place,
        .is_map = item->kind == MSGPACK_MAP,
        .left = item->count,
    };
    return enter(self, place);
}

static int
take_item(struct reply *self, const struct msgpack_item *item)
{
    struct level *level =
        self->depth > 0 ? &self->levels[self->depth - 1] : NULL;
    enum place place = DOCUMENT;

    if (level && level->is_map && !level->keyed)
        return take_key(self, level, item);
    if (level) {
        place = level->is_map ? level->next : places[level->place].items;
        level->keyed = false;
        level->left--;
    }
    int rc = take_value(self, place, item);
    return rc < 0 ? rc : leave_all(self);
}

static void
keep_bytes(struct reply *self, const void *bytes, size_t size)
{
    if (size > self->room - self->size) {
        self->room = 2 * (self->size + size);
        self->bytes = xrealloc(self->bytes, self->room, 1);
    }
    memcpy(self->bytes + self->size, bytes, size);
    self->size += size;
}

int
reply_take(struct reply *self, const void *bytes, size_t size)
{
    size_t done = 0;
    int rc = 0;

    keep_bytes(self, bytes, size);
    while (rc == 0) {
        struct msgpack_item item;
        ssize_t got =
            msgpack_read(self->bytes + done, self->size - done, &item);
        if (got <= 0) {
            rc = (int)got;
            break;
        }
        done += (size_t)got;
        rc = take_item(self, &item);
    }
    self->size -= done;
    memmove(self->bytes, self->bytes + done, self->size);
    return rc;
}
