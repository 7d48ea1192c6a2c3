/* front.c - the core's own routes: is it up, is it ready, what is here */
#include <config.h>

#include "http/front.h"

#include <stdio.h>
#include <string.h>

#include <weir/http.h>

#include "base.h"
#include "http/origin.h"
#include "markup.h"

static const char plain[] = "text/plain; charset=utf-8";
static const char html[] = "text/html; charset=utf-8";

static void
answer_text(struct weir_request *request, int status, const char *text)
{
    weir_answer(&request, status, plain, text, strlen(text));
}

static void
healthy(void *arg, struct weir_request *request)
{
    (void)arg;
    answer_text(request, 200, "weir is healthy\n");
}

static void
ready(void *arg, struct weir_request *request)
{
    const struct http_settings *settings = &((struct server *)arg)->settings;
    char why[256] = "it starts";
    char text[320];

    if (!settings->ready || settings->ready(settings->arg, why, sizeof(why))) {
        answer_text(request, 200, "weir is ready\n");
        return;
    }
    (void)snprintf(text, sizeof(text), "weir is not ready: %s\n", why);
    answer_text(request, 503, text);
}

/* The control socket's peer is "control"; others must be on this machine. */
static void
reload(void *arg, struct weir_request *request)
{
    const struct http_settings *settings = &((struct server *)arg)->settings;
    const char *peer = weir_request_peer(request);

    if (strcmp(peer, "control") == 0 || origin_peer_is_loopback(peer))
        settings->reload(settings->arg, request);
    else
        answer_text(request, 403,
                    "weir reloads only when asked from its own machine\n");
}

static void
write_route(FILE *out, const struct route *route)
{
    (void)fputs("<li><a href=\"", out);
    markup_text(out, route->path);
    (void)fputs("\">", out);
    markup_text(out, route->path);
    (void)fputs("</a> ", out);
    markup_text(out, route->help);
    (void)fputs("</li>\n", out);
}

/* Lists what a browser can show: what is got, from a path without stars. */
static void
write_routes(FILE *out, const struct routes *routes)
{
    for (size_t i = 0; i < routes->count; i++) {
        const struct route *each = &routes->items[i];
        bool got = strcmp(each->method, "GET") == 0 || route_reads(each);
        if (got && !strchr(each->path, '*') && strcmp(each->path, "/") != 0)
            write_route(out, each);
    }
}

static void
list(void *arg, struct weir_request *request)
{
    const struct server *server = arg;
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    (void)fputs("<!DOCTYPE html>\n<html lang=\"en\"><head>"
                "<meta charset=\"utf-8\"><title>weir</title></head><body>\n"
                "<h1>weir</h1>\n<ul>\n",
                out);
    write_routes(out, &server->routes);
    (void)fputs("</ul>\n</body></html>\n", out);
    (void)fclose(out);
    weir_answer_head(request, "Content-Security-Policy", "default-src 'none'");
    weir_answer(&request, 200, html, text, size);
    free(text);
}

static const struct http_route own_routes[] = {
    {"GET", "/", "", list, NULL},
    {"GET", "/-/healthy", "Whether weir runs.", healthy, NULL},
    {"GET", "/-/ready", "Whether weir is ready.", ready, NULL},
    {"POST", "/-/reload", "Reads the configuration again.", reload, NULL},
};

void
front_mount(struct server *server)
{
    for (size_t i = 0; i < ARRAY_SIZE(own_routes); i++) {
        struct http_route route = own_routes[i];
        if (route.handover == reload && !server->settings.reload)
            continue;
        route.arg = server;
        (void)routes_add(&server->routes, server, &route, NULL);
    }
}
