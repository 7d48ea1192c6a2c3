/* overview_page.c - answers made of a survey, kept for the next viewer */
#include <config.h>

#include "overview_page.h"

#include <stdio.h>
#include <string.h>

#include "base.h"
#include "http/gzip.h"

enum { PAGES_MOST = 8 }; /* of a survey */

struct page {
    char *key; /* of a view */
    struct json plain;
    char *packed; /* [packed_size], gzip; or NULL */
    size_t packed_size;
    struct page *next;
};

static char *
key_of(const struct view *view)
{
    char *key = NULL;

    if (asprintf(&key, "%d %d %zu %zu %s %s", view->descending, view->cut,
                 view->limit, view->offset, view->sort, view->search) < 0)
        key = NULL;
    return x_or_die(key);
}

static void
page_destroy(struct page **self_p)
{
    struct page *self = weir_take(*self_p);

    json_fini(&self->plain);
    free(self->packed);
    free(self->key);
    free(self);
}

void
pages_destroy(struct page **list_p)
{
    while (*list_p) {
        struct page *page = *list_p;
        *list_p = page->next;
        page_destroy(&page);
    }
}

/* The one that was asked for least lately goes. */
static void
drop_oldest(struct survey *survey)
{
    struct page **link = &survey->pages;

    for (size_t i = 0; i < PAGES_MOST && *link; i++)
        link = &(*link)->next;
    pages_destroy(link);
}

/* Finds the page, or makes it, and puts it in front. */
static const struct page *
take_page(struct survey *survey, const struct view *view)
{
    weir_cleanup(weir_free) char *key = key_of(view);
    struct page **link = &survey->pages;

    while (*link && strcmp((*link)->key, key) != 0)
        link = &(*link)->next;
    struct page *page = *link;
    if (page) {
        *link = page->next;
    } else {
        page = xcalloc(1, sizeof(*page));
        page->key = weir_take(key);
        view_write(view, survey, &page->plain);
        /* What that does not make shorter stays plain. */
        if (!gzip_pack(page->plain.bytes, page->plain.size, &page->packed,
                       &page->packed_size))
            page->packed = NULL;
    }
    page->next = survey->pages;
    survey->pages = page;
    drop_oldest(survey);
    return page;
}

void
page_answer(struct survey *survey, const struct view *view,
            struct weir_request **request_p)
{
    static const char type[] = "application/json";
    const struct page *page = take_page(survey, view);

    if (!page->packed ||
        !gzip_is_accepted(weir_request_head(*request_p, "Accept-Encoding"))) {
        weir_answer(request_p, 200, type, page->plain.bytes, page->plain.size);
        return;
    }
    weir_answer_head(*request_p, "Content-Encoding", "gzip");
    weir_answer_head(*request_p, "Vary", "Accept-Encoding");
    weir_answer(request_p, 200, type, page->packed, page->packed_size);
}
