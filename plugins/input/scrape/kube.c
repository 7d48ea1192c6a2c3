/* kube.c - targets from the pods of Kubernetes; see kube.h */
#include <config.h>

#include "kube.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "clock.h"
#include "kube_access.h"
#include "kube_line.h"
#include "pods.h"
#include "scraper.h"
#include "web.h"

#define ACCOUNT "/var/run/secrets/kubernetes.io/serviceaccount/"

enum {
    LIST_TIMEOUT_S = 60,
    WATCH_S = 300, /* as long as the API is asked to keep it open */
    WATCH_TIMEOUT_S = 330,
    WAIT_LEAST_S = 1, /* after a failure; then ever longer */
    WAIT_MOST_S = 60,
    OFFER_MS = 500,    /* for changes that come together */
    PODS_A_PART = 250, /* of a list */
    URL_SIZE = 4096,
    GONE = 410, /* status of what is too old */
};

const struct weir_option kube_options[] = {
    WEIR_TEXT(struct kube_option, api, "",
              "URL of the API; that of the cluster around us if empty."),
    WEIR_PATH(struct kube_option, token, ACCOUNT "token",
              "File with the token; none if empty."),
    WEIR_PATH(struct kube_option, ca, ACCOUNT "ca.crt",
              "Who may sign the API's certificate."),
    WEIR_TEXT(struct kube_option, namespace, "", "Pods of it; all if empty."),
    WEIR_TEXT(struct kube_option, selector, "",
              "Labels that pods must have, as in kubectl -l."),
    WEIR_BOOLEAN(struct kube_option, annotated, "true",
                 "Only pods with the annotation prometheus.io/scrape."),
    {0},
};

struct kube {
    struct scraper *owner;
    const struct kube_option *option;
    size_t number;
    struct web *web;
    struct pods pods;
    struct body line; /* of a watch, as far as it came */
    char *api;        /* URL without what is behind the host */
    bool listing;     /* what is known is not whole */
    bool pending;     /* an offer is due soon */
    bool told;        /* the log knows that it failed */
    int event_rc;     /* how the last event of a watch was taken */
    int64_t begun_ns; /* the watch; monotonic */
    int wait_s;       /* before it is tried again */
};

/* Offering ----------------------------------------------------------------- */

static void
fail(struct kube *self, const char *why)
{
    if (!self->told)
        weir_warn(self->owner,
                  "cannot ask Kubernetes at %s: %s; its targets stay as they "
                  "were",
                  self->api, why);
    self->told = true;
}

static void
offer_due(void *instance, void *arg)
{
    struct kube *self = arg;
    weir_cleanup(findings_fini) struct findings found = {0};
    char name[40];

    (void)instance;
    self->pending = false;
    if (self->listing)
        return;
    (void)snprintf(name, sizeof(name), "kubernetes %zu", self->number);
    int rc = pods_find(&self->pods, &found);
    if (rc == 0)
        rc = targets_offer(&self->owner->set, name, &found);
    if (rc < 0)
        fail(self, strerror(-rc));
}

static void
offer_soon(struct kube *self)
{
    if (self->pending)
        return;
    self->pending =
        weir_timer(self->owner, OFFER_MS * NS_PER_MS, 0, offer_due, self) == 0;
}

/* Asking ------------------------------------------------------------------- */

/* Asks for pods; 'rest' says how long, what is heard, and by whom. */
static int
ask(struct kube *self, const char *query, const struct web_request *rest)
{
    char why[WEB_WHY_SIZE] = "its URL is too long";
    char url[URL_SIZE];
    struct web_request request = *rest;
    const char *space = self->option->namespace;
    const char *selector = self->option->selector;
    bool is_safe = strncmp(self->api, "https:", strlen("https:")) == 0;
    char *escaped = curl_easy_escape(NULL, selector, 0);

    int length =
        snprintf(url, sizeof(url), "%s/api/v1/%s%s%spods?%s%s%s", self->api,
                 *space ? "namespaces/" : "", space, *space ? "/" : "", query,
                 *selector ? "&labelSelector=" : "", escaped ? escaped : "");
    curl_free(escaped);
    int rc = -ENAMETOOLONG;
    request.url = url;
    request.socket_path = "";
    request.ca_path = is_safe ? self->option->ca : "";
    request.token_file = self->option->token;
    request.arg = self;
    if ((size_t)length < sizeof(url))
        rc = web_ask(self->web, &request, why);
    if (rc < 0)
        fail(self, why);
    return rc;
}

static void list(struct kube *self);

static void
list_due(void *instance, void *arg)
{
    (void)instance;
    list(arg);
}

/* Tries again from the start, ever later. */
static void
retry(struct kube *self)
{
    int64_t wait_ns = self->wait_s * NS_PER_S;

    self->listing = true;
    self->wait_s =
        self->wait_s * 2 < WAIT_MOST_S ? self->wait_s * 2 : WAIT_MOST_S;
    (void)weir_timer(self->owner, wait_ns, 0, list_due, self);
}

/* Watching ----------------------------------------------------------------- */

static int
take_line(void *arg, const char *text, size_t size)
{
    struct kube *self = arg;

    return size ? pods_take_event(&self->pods, text, size) : 0;
}

static bool
take_events(void *arg, const char *bytes, size_t size)
{
    struct kube *self = arg;

    self->event_rc = kube_line_take(&self->line, bytes, size, take_line, self);
    offer_soon(self);
    return self->event_rc == 0;
}

static void watch(struct kube *self);

static void
watch_due(void *instance, void *arg)
{
    (void)instance;
    watch(arg);
}

static const char *
fault_of(int event_rc, const char *why)
{
    static const struct {
        int rc;
        const char *why;
    } known[] = {
        {-EMSGSIZE, "an event is too long"},
        {-EPROTO, "it told of an error"},
        {-EBADMSG, "an event is not Kubernetes'"},
        {-E2BIG, "there are too many pods"},
    };

    for (size_t i = 0; i < WEIR_COUNT(known); i++)
        if (known[i].rc == event_rc)
            return known[i].why;
    return why;
}

/* What is too old is listed anew; the API also ends each watch now and then. */
static void
watch_ended(void *arg, const struct web_end *end)
{
    struct kube *self = arg;
    bool is_stale = self->event_rc == -ESTALE || end->status == GONE;
    bool was_short = clock_now_ns() - self->begun_ns < NS_PER_S;

    if (end->rc < 0 && !is_stale)
        fail(self, fault_of(self->event_rc, end->why));
    if (is_stale && !was_short)
        list(self);
    else if (end->rc < 0)
        retry(self);
    else if (was_short)
        (void)weir_timer(self->owner, NS_PER_S, 0, watch_due, self);
    else
        watch(self);
}

static void
watch(struct kube *self)
{
    const struct web_request request = {
        .timeout_ns = WATCH_TIMEOUT_S * NS_PER_S,
        .heard = take_events,
        .ended = watch_ended,
    };
    char query[3 * PODS_VERSION_SIZE + 128];
    char *escaped = curl_easy_escape(NULL, self->pods.version, 0);

    (void)snprintf(query, sizeof(query),
                   "watch=1&allowWatchBookmarks=true&timeoutSeconds=%d"
                   "&resourceVersion=%s",
                   WATCH_S, escaped ? escaped : "");
    curl_free(escaped);
    self->event_rc = 0;
    self->begun_ns = clock_now_ns();
    self->line.size = 0;
    if (ask(self, query, &request) < 0)
        retry(self);
}

/* Listing ------------------------------------------------------------------ */

static void ask_part(struct kube *self);

static void
took_part(void *arg, const struct web_end *end)
{
    struct kube *self = arg;
    bool is_first = !*self->pods.more;
    int rc = end->rc < 0
                 ? 0
                 : pods_take_list(&self->pods, end->text, end->size, is_first);

    if (end->rc < 0 || rc < 0) {
        /* The rest of a list that is too old is gone. */
        self->pods.more[0] = '\0';
        fail(self, end->rc < 0      ? end->why
                   : rc == -EBADMSG ? "its answer is not a list of pods"
                                    : strerror(-rc));
        retry(self);
    } else if (*self->pods.more) {
        ask_part(self);
    } else {
        self->listing = self->told = false;
        self->wait_s = WAIT_LEAST_S;
        offer_due(self->owner, self);
        watch(self);
    }
}

static void
ask_part(struct kube *self)
{
    const struct web_request request = {.timeout_ns = LIST_TIMEOUT_S * NS_PER_S,
                                        .ended = took_part};
    char query[URL_SIZE];
    char *escaped = curl_easy_escape(NULL, self->pods.more, 0);
    bool is_first = !*self->pods.more;

    (void)snprintf(query, sizeof(query), "limit=%d%s%s", PODS_A_PART,
                   is_first ? "" : "&continue=", escaped ? escaped : "");
    curl_free(escaped);
    if (ask(self, query, &request) < 0)
        retry(self);
}

static void
list(struct kube *self)
{
    self->listing = true;
    self->pods.more[0] = '\0';
    ask_part(self);
}

/* Beginning and end -------------------------------------------------------- */

int
kube_judge(const void *item, char *why, size_t size)
{
    const struct kube_option *option = item;
    const char *fault = NULL;
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const char *space = option->namespace;

    if (*option->api && strncmp(option->api, "http://", 7) != 0 &&
        strncmp(option->api, "https://", 8) != 0)
        fault = "api begins with https:// or http://";
    else if (space[strspn(space, letters)])
        fault = "namespace is the name of one";
    if (fault)
        (void)snprintf(why, size, "%s", fault);
    return fault ? -EINVAL : 0;
}

static int
kube_open(struct scraper *owner, const void *option, size_t number,
          void **ret_self)
{
    struct kube *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    *ret_self = self;
    self->owner = owner;
    self->option = option;
    self->number = number;
    self->pods.annotated = self->option->annotated;
    self->wait_s = WAIT_LEAST_S;
    self->api = kube_access_api(self->option);
    self->web = web_new(&owner->transfers);
    if (!self->api || !self->web)
        return -ENOMEM;
    list(self);
    return 0;
}

static void
kube_close(void *arg)
{
    struct kube *self = arg;

    web_destroy(&self->web);
    pods_fini(&self->pods);
    body_fini(&self->line);
    free(self->api);
    free(self);
}

const struct discoverer kube_discoverer = {
    .name = "kubernetes",
    .option_size = sizeof(struct kube_option),
    .open = kube_open,
    .close = kube_close,
};
