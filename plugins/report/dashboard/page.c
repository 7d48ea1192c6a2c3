/* page.c - the browser's page and its files, over HTTP */
#include <config.h>

#include "page.h"

#include <string.h>

#include <weir/http.h>
#include <weir/plugin.h>

#include "assets.h"

/* The page runs what came with it and asks whom it came from, nobody else. */
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

static const char forever[] = "public, max-age=31536000, immutable";

static void
send(struct weir_request **request_p, const struct asset *asset,
     const char *keep)
{
    weir_answer_head(*request_p, "Cache-Control", keep);
    weir_answer_head(*request_p, "Content-Security-Policy", policy);
    weir_answer_head(*request_p, "Referrer-Policy", "no-referrer");
    weir_answer(request_p, 200, asset->type, asset->bytes, asset->size);
}

static void
send_page(void *self, struct weir_request *request)
{
    (void)self;
    send(&request, &assets[0], "no-cache");
}

/* A name of before is an error: the page that has it is as old. */
static void
send_asset(void *self, struct weir_request *request)
{
    static const char gone[] = "there is no such file; load the page again\n";
    const char *name = weir_request_path(request, 0);
    size_t folder = strlen("/assets/");

    (void)self;
    for (const struct asset *each = assets + 1; each->path; each++) {
        if (name && strcmp(each->path + folder, name) == 0) {
            send(&request, each, forever);
            return;
        }
    }
    weir_answer(&request, 404, "text/plain; charset=utf-8", gone,
                sizeof(gone) - 1);
}

int
page_open(void *self)
{
    int rc = weir_route(self, "GET", "/", send_page);

    return rc < 0 ? rc : weir_route(self, "GET", "/assets/*", send_asset);
}
