/* draft_link.c - a link's stores, and how many of them keep each series */
#include <config.h>

#include "draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "endpoint.h"
#include "link/spread.h"

/* Says whether both are written for the same place. */
static bool
is_same_place(const char *a, const char *b)
{
    struct endpoint one, other;

    return strcmp(a, b) == 0 ||
           (endpoint_parse(a, &one) && endpoint_parse(b, &other) &&
            one.scheme == other.scheme && one.port == other.port &&
            strcmp(one.host, other.host) == 0);
}

static void
check_connect(struct draft *self, const struct drafting *with)
{
    const struct weir_list *connect = &self->commons.connect;

    if (connect->count > SPREAD_MOST)
        draft_fail(self, with->into,
                   "connect names %zu stores, and a link has %d at most; make "
                   "several links of it",
                   connect->count, SPREAD_MOST);
    for (size_t i = 0; i < connect->count; i++)
        for (size_t j = 0; j < i; j++)
            if (is_same_place(connect->items[i], connect->items[j]))
                draft_fail(self, with->into,
                           "connect names %s twice; remove one",
                           connect->items[i]);
}

/* Reads 'copies' when it is a number, else returns 0. */
static size_t
read_number(const char *text)
{
    size_t length = strlen(text);

    if (length == 0 || length > 3 || strspn(text, "0123456789") != length)
        return 0;
    return strtoul(text, NULL, 10);
}

void
draft_check_stores(struct draft *self, const struct drafting *with)
{
    const char *copies = self->commons.copies ? self->commons.copies : "";
    size_t stores = self->commons.connect.count;
    size_t number = read_number(copies);

    check_connect(self, with);
    self->copies = number ? number : stores;
    if (*copies == '\0' && stores > 2)
        draft_fail(self, with->into,
                   "connect names %zu stores; say how many of them keep each "
                   "series: copies = 1 (each has its share), copies = 2, ... "
                   "or copies = all",
                   stores);
    else if (*copies && !number && strcmp(copies, "all") != 0)
        draft_fail(self, with->into,
                   "copies: a number from 1 to %zu or all is due, not \"%s\"",
                   stores, copies);
    else if (number > stores && stores > 0)
        draft_fail(self, with->into,
                   "copies = %s, but connect names %zu store%s; name more, or "
                   "make fewer copies",
                   copies, stores, stores == 1 ? "" : "s");
}
