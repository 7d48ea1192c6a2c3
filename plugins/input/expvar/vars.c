/* vars.c - what /debug/vars says, as a tree; see vars.h */
#include <config.h>

#include "vars.h"

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "base.h"
#include "quoted.h"

struct reader {
    const char *at, *end;
    struct vars *into;
    size_t room; /* for values */
    char *texts_end;
    const char *name;               /* of the item that is being read */
    uint32_t open[VARS_DEPTH_MOST]; /* [depth]: maps and lists, by place */
    uint32_t depth;
    const char *why; /* it is not read; or NULL */
};

static bool
refuse(struct reader *self, const char *why)
{
    self->why = why;
    return false;
}

static void
skip_blanks(struct reader *self)
{
    while (self->at < self->end && strchr(" \t\r\n", *self->at) && *self->at)
        self->at++;
}

/* Takes the byte 'wanted' after any blanks, if it is there. */
static bool
take_byte(struct reader *self, char wanted)
{
    skip_blanks(self);
    if (self->at >= self->end || *self->at != wanted)
        return false;
    self->at++;
    return true;
}

static const char too_many[] = "it has more than 262144 values";

static struct vars_node *
add(struct reader *self, enum vars_kind kind)
{
    struct vars *into = self->into;

    if (into->count >= self->room) {
        (void)refuse(self, too_many);
        return NULL;
    }
    struct vars_node *node = &into->nodes[into->count++];
    *node = (struct vars_node){
        .name = self->name, .end = into->count, .kind = kind};
    return node;
}

static const char too_deep[] = "it is nested more than 64 deep";

/* Begins a map or list. */
static bool
take_outer(struct reader *self)
{
    if (self->depth == VARS_DEPTH_MOST)
        return refuse(self, too_deep);
    self->open[self->depth++] = self->into->count;
    return add(self, *self->at++ == '{' ? VARS_MAP : VARS_LIST) != NULL;
}

/* A text's value is nothing to keep. */
static bool
take_text(struct reader *self)
{
    size_t length = 0;
    const char *behind =
        quoted_read(self->at, self->end, self->texts_end, &length);

    if (!behind)
        return refuse(self, "a text in it has no end, or a wrong escape");
    self->at = behind;
    return add(self, VARS_TEXT) != NULL;
}

static bool
take_name(struct reader *self)
{
    size_t length = 0;
    const char *behind =
        self->at < self->end && *self->at == '"'
            ? quoted_read(self->at, self->end, self->texts_end, &length)
            : NULL;

    if (!behind)
        return refuse(self, "there is no name in quotes");
    self->name = self->texts_end;
    self->texts_end += length + 1;
    self->at = behind;
    return take_byte(self, ':') || refuse(self, "there is no ':'");
}

/* Takes null, true or false. */
static bool
take_word(struct reader *self)
{
    static const struct {
        const char *text;
        enum vars_kind kind;
        double number;
    } words[] = {
        {"null", VARS_NULL, 0},
        {"true", VARS_NUMBER, 1},
        {"false", VARS_NUMBER, 0},
    };

    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        size_t length = strlen(words[i].text);
        if ((size_t)(self->end - self->at) < length ||
            memcmp(self->at, words[i].text, length) != 0)
            continue;
        struct vars_node *node = add(self, words[i].kind);
        if (node)
            node->number = words[i].number;
        self->at += length;
        return node != NULL;
    }
    return refuse(self, "there is no value");
}

/* The text ends with a '}', so that the number ends before. */
static bool
take_number(struct reader *self)
{
    double number = 0;

    if (!weir_scan_double(&self->at, &number))
        return refuse(self, "there is no value, or too large a number");
    struct vars_node *node = add(self, VARS_NUMBER);
    if (node)
        node->number = number;
    return node != NULL;
}

static bool
take_value(struct reader *self)
{
    skip_blanks(self);
    switch (self->at < self->end ? *self->at : '\0') {
    case '{':
    case '[':
        return take_outer(self);
    case '"':
        return take_text(self);
    case 'n':
    case 't':
    case 'f':
        return take_word(self);
    default:
        return take_number(self);
    }
}

/* Takes the next item of the innermost map or list, or its end. */
static bool
take_item(struct reader *self)
{
    uint32_t place = self->open[self->depth - 1];
    struct vars_node *outer = &self->into->nodes[place];
    bool is_map = outer->kind == VARS_MAP;

    if (take_byte(self, is_map ? '}' : ']')) {
        outer->end = self->into->count;
        self->depth--;
        return true;
    }
    if (self->into->count > place + 1 && !take_byte(self, ','))
        return refuse(self, "there is no ',' after a value");
    skip_blanks(self);
    self->name = "";
    return (!is_map || take_name(self)) && take_value(self);
}

static bool
take_all(struct reader *self)
{
    while (self->end > self->at && strchr(" \t\r\n", self->end[-1]) &&
           self->end[-1])
        self->end--;
    skip_blanks(self);
    if (self->end - self->at < 2 || *self->at != '{' || self->end[-1] != '}')
        return refuse(self, "it is not in braces");
    if (!take_outer(self))
        return false;
    while (self->depth > 0)
        if (!take_item(self))
            return false;
    return self->at == self->end || refuse(self, "something follows it");
}

int
vars_read(const char *text, size_t size, struct vars **ret_vars,
          const char **reterr_why, size_t *reterr_at)
{
    weir_cleanup(vars_destroy) struct vars *self = xcalloc(1, sizeof(*self));
    struct reader reader = {text, text + size, .into = self, .name = ""};

    /* A value has two bytes at least, with its comma; a name has fewer than in
     * the text, with its quotes. */
    reader.room =
        size / 2 + 1 < VARS_COUNT_MOST ? size / 2 + 1 : VARS_COUNT_MOST;
    self->nodes = xrealloc(NULL, reader.room, sizeof(*self->nodes));
    self->texts = xrealloc(NULL, size + 1, 1);
    reader.texts_end = self->texts;
    if (!take_all(&reader)) {
        *reterr_why = reader.why;
        *reterr_at = (size_t)(reader.at - text);
        return reader.why == too_many || reader.why == too_deep ? -EMSGSIZE
                                                                : -EBADMSG;
    }
    *ret_vars = weir_take(self);
    return 0;
}

void
vars_destroy(struct vars **self_p)
{
    struct vars *self = *self_p;

    if (!self)
        return;
    free(self->nodes);
    free(self->texts);
    free(self);
    *self_p = NULL;
}

const struct vars_node *
vars_find(const struct vars *self, const struct vars_node *map,
          const char *name)
{
    const struct vars_node *found = NULL;

    if (map->kind != VARS_MAP)
        return NULL;
    for (const struct vars_node *item = vars_first(map);
         item != vars_end(self, map); item = vars_end(self, item))
        if (strcmp(item->name, name) == 0)
            found = item;
    return found;
}
