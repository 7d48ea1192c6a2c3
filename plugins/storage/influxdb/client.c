/* client.c - requests to InfluxDB, by libcurl; see influxdb.h */
#include <config.h>

#include "influxdb.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include <weir/cleanup.h>

#include "../../input/scrape/curlfree.h"
#include "base.h"
#include "influxql.h"

enum {
    BATCH_MOST = 1 << 28,  /* bytes of a request; more than any takes */
    ANSWER_MOST = 1 << 26, /* bytes; it may list all lines that are bad */
    CONNECT_MS = 10000,
    GZIP_WINDOW = 15 + 16,
    GZIP_MEMORY = 8,
    HEAD_ROOM = 64,
};

/* What is set -------------------------------------------------------------- */

static const char *
fault_of_url(const char *text)
{
    weir_cleanup(curlfree_url) CURLU *url = curl_url();
    weir_cleanup(curlfree_text) char *scheme = NULL;
    static const CURLUPart without[] = {CURLUPART_USER, CURLUPART_QUERY,
                                        CURLUPART_FRAGMENT};

    if (!url || curl_url_set(url, CURLUPART_URL, text, 0) ||
        curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) ||
        (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0))
        return "is no URL such as http://127.0.0.1:8086";
    for (size_t i = 0; i < WEIR_COUNT(without); i++) {
        weir_cleanup(curlfree_text) char *part = NULL;
        if (curl_url_get(url, without[i], &part, 0) == CURLUE_OK)
            return "may have no user, ? or # in it: there are options for what "
                   "belongs there";
    }
    return NULL;
}

static const char *
fault_of_place(const struct influxdb *self)
{
    if (*self->bucket && !*self->org)
        return "there is a bucket without an org; set it";
    if (*self->org && !*self->bucket)
        return "there is an org without a bucket; set it";
    if (*self->token_file && !*self->bucket)
        return "there is a token_file without a bucket; an InfluxDB 1.x wants "
               "a basic_auth_user";
    if (*self->token_file && *self->basic_auth_user)
        return "there is a basic_auth_user and a token_file; remove one";
    if (!*self->bucket && !*self->database)
        return "database cannot be empty";
    if (strpbrk(self->database, "\r\n"))
        return "a database cannot have a line's end in its name";
    if (self->buffer.bytes == 0 || self->batch_size.bytes == 0)
        return "buffer and batch_size cannot be 0";
    if (self->batch_size.bytes > BATCH_MOST)
        return "batch_size can be 256M at most";
    return NULL;
}

static void
set_access(struct influxdb *self)
{
    self->client.access = (struct access){
        .user = self->basic_auth_user,
        .password_file = self->basic_auth_password_file,
        .token_file = "",
        .tls = &self->tls,
    };
}

int
client_check(struct influxdb *self)
{
    const char *fault = fault_of_url(self->url);

    if (fault)
        return weir_fail(self, -EINVAL, "url \"%s\" %s", self->url, fault);
    set_access(self);
    fault = access_fault(&self->client.access);
    if (!fault)
        fault = fault_of_place(self);
    return fault ? weir_fail(self, -EINVAL, "%s", fault) : 0;
}

/* URLs --------------------------------------------------------------------- */

static char *
escaped(const struct client *self, const char *text)
{
    return x_or_die(curl_easy_escape(self->easy, text, 0));
}

/* Returns the URL with two parameters and their values; the second one is left
 * out when it has none. */
static char *
make_url(const struct influxdb *self, const char *const parts[2][2])
{
    weir_cleanup(curlfree_text) char *first =
        escaped(&self->client, parts[0][1]);
    weir_cleanup(curlfree_text) char *second =
        escaped(&self->client, parts[1][1]);
    size_t length = strlen(self->url);
    char *made = NULL;

    while (length > 0 && self->url[length - 1] == '/')
        length--;
    const char *between = *second ? parts[1][0] : "";
    if (asprintf(&made, "%.*s%s%s%s%s", (int)length, self->url, parts[0][0],
                 first, between, second) < 0)
        return x_or_die(NULL);
    return made;
}

static char *
make_create(const struct influxdb *self)
{
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *to = x_or_die(open_memstream(&text, &size));
    char *made = NULL;

    (void)fputs("CREATE DATABASE ", to);
    influxql_name(to, self->database);
    (void)fclose(to);
    weir_cleanup(curlfree_text) char *query = escaped(&self->client, text);
    if (asprintf(&made, "q=%s", query) < 0)
        return x_or_die(NULL);
    return made;
}

static void
make_texts(struct influxdb *self)
{
    const char *const first[2][2] = {
        {"/write?precision=ns&db=", self->database},
        {"&rp=", self->retention_policy},
    };
    const char *const second[2][2] = {
        {"/api/v2/write?precision=ns&org=", self->org},
        {"&bucket=", self->bucket},
    };
    const char *const ask[2][2] = {{"/query?db=", ""}, {"", ""}};
    const char *const read[2][2] = {
        {"/query?epoch=ns&chunked=true&db=",
         *self->bucket ? self->bucket : self->database},
        {"&rp=", *self->bucket ? "" : self->retention_policy},
    };
    struct client *client = &self->client;

    client->write_url =
        *self->bucket ? make_url(self, second) : make_url(self, first);
    client->ask_url = make_url(self, ask);
    client->create = make_create(self);
    callers_open(self, make_url(self, read));
}

/* How it ends -------------------------------------------------------------- */

static size_t
take_answer(const char *bytes, size_t one, size_t size, void *arg)
{
    struct client *self = arg;

    (void)one;
    return body_add(&self->answer, bytes, size, ANSWER_MOST) < 0 ? 0 : size;
}

static void
read_failure(struct client *self, CURLcode code, struct outcome *ret_outcome)
{
    self->code = -(long)code;
    ret_outcome->kind = OUTCOME_LATER;
    (void)snprintf(ret_outcome->why, sizeof(ret_outcome->why), "%s",
                   *self->error ? self->error : curl_easy_strerror(code));
}

static void
read_answer(struct client *self, struct outcome *ret_outcome)
{
    const char *text = self->answer.text ? self->answer.text : "";
    curl_off_t after = 0;

    (void)curl_easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &self->code);
    (void)curl_easy_getinfo(self->easy, CURLINFO_RETRY_AFTER, &after);
    self->retry_after = after;
    (self->asks ? outcome_read_query : outcome_read)(
        self->code, text, self->answer.size, ret_outcome);
}

static void
stop(struct influxdb *self)
{
    if (self->client.running)
        (void)curl_multi_remove_handle(self->transfers.multi,
                                       self->client.easy);
    self->client.running = false;
}

static void
finish(struct ending *ending, CURLcode code)
{
    struct client *client = CONTAINER_OF(ending, struct client, ending);
    struct influxdb *self = CONTAINER_OF(client, struct influxdb, client);
    struct outcome outcome = {0};

    stop(self);
    client->retry_after = 0;
    if (code == CURLE_OK)
        read_answer(client, &outcome);
    else
        read_failure(client, code, &outcome);
    body_fini(&client->answer);
    delivery_heard(self, &outcome);
}

/* Requests ----------------------------------------------------------------- */

int
client_add_head(struct curl_slist **heads_p, const char *head)
{
    struct curl_slist *heads = curl_slist_append(*heads_p, head);

    if (!heads)
        return -ENOMEM;
    *heads_p = heads;
    return 0;
}

/* An InfluxDB 2 wants to see its token under a word of its own. */
int
client_add_token(const struct influxdb *self, struct curl_slist **heads_p,
                 char why[CURL_ERROR_SIZE])
{
    char token[ACCESS_SECRET_SIZE] = "";
    char head[ACCESS_SECRET_SIZE + HEAD_ROOM];

    if (!*self->token_file)
        return 0;
    int rc = access_read_secret(self->token_file, token, why, CURL_ERROR_SIZE);
    if (rc < 0)
        return rc;
    (void)snprintf(head, sizeof(head), "Authorization: Token %s", token);
    rc = client_add_head(heads_p, head);
    explicit_bzero(token, sizeof(token));
    explicit_bzero(head, sizeof(head));
    return rc;
}

/* Files are read anew for each request, as they may change. */
static int
set_heads(struct influxdb *self, bool packed)
{
    struct client *client = &self->client;

    curl_slist_free_all(client->heads);
    client->heads = NULL;
    int rc = client_add_head(&client->heads, "Expect:");
    if (rc == 0 && !client->asks)
        rc = client_add_head(&client->heads,
                             "Content-Type: text/plain; charset=utf-8");
    if (rc == 0 && packed)
        rc = client_add_head(&client->heads, "Content-Encoding: gzip");
    if (rc == 0)
        rc = client_add_token(self, &client->heads, client->error);
    (void)curl_easy_setopt(client->easy, CURLOPT_HTTPHEADER, client->heads);
    if (rc < 0)
        return rc;
    return access_renew(&client->access, client->easy, client->error,
                        sizeof(client->error));
}

static int
start(struct influxdb *self, const char *url, const char *body, size_t size)
{
    struct client *client = &self->client;

    client->answer.size = 0;
    client->error[0] = '\0';
    (void)curl_easy_setopt(client->easy, CURLOPT_URL, url);
    (void)curl_easy_setopt(client->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                           (curl_off_t)size);
    (void)curl_easy_setopt(client->easy, CURLOPT_POSTFIELDS, body);
    int rc = set_heads(self, body == client->packed);
    if (rc < 0)
        return rc;
    client->running = true;
    (void)curl_multi_add_handle(self->transfers.multi, client->easy);
    return 0;
}

/* Returns the size of the lines in 'packed', or 0 when it could not be done. */
static size_t
pack(struct client *self, const char *lines, size_t size)
{
    z_stream stream = {0};

    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW,
                     GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    size_t room = deflateBound(&stream, size);
    if (room > self->packed_room) {
        self->packed = xrealloc(self->packed, room, 1);
        self->packed_room = room;
    }
    stream.next_in = base_own(lines);
    stream.avail_in = (uInt)size;
    stream.next_out = (Bytef *)self->packed;
    stream.avail_out = (uInt)room;
    int rc = deflate(&stream, Z_FINISH);
    size_t packed = stream.total_out;
    (void)deflateEnd(&stream);
    return rc == Z_STREAM_END ? packed : 0;
}

int
client_write(struct influxdb *self, const char *lines, size_t size)
{
    struct client *client = &self->client;
    size_t packed = self->gzip ? pack(client, lines, size) : 0;

    client->asks = false;
    return start(self, client->write_url, packed ? client->packed : lines,
                 packed ? packed : size);
}

int
client_create(struct influxdb *self)
{
    struct client *client = &self->client;

    client->asks = true;
    return start(self, client->ask_url, client->create, strlen(client->create));
}

/* Beginning and end -------------------------------------------------------- */

static int
set_options(struct influxdb *self)
{
    struct client *client = &self->client;
    CURL *easy = client->easy;

    transfers_prepare(easy);
    (void)curl_easy_setopt(easy, CURLOPT_POST, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                           (long)(self->timeout.ns / NS_PER_MS));
    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, client->error);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, client);
    (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, &client->ending);
    return access_prepare(&client->access, easy);
}

int
client_open(struct influxdb *self)
{
    struct client *client = &self->client;

    *client = (struct client){.ending.ended = finish};
    self->transfers.timer = self->transfers.sockets = -1;
    set_access(self);
    int rc = transfers_open(&self->transfers);
    if (rc < 0)
        return rc;
    client->easy = curl_easy_init();
    if (!client->easy || set_options(self) < 0)
        return weir_fail(self, -ENOMEM, "libcurl does not start");
    make_texts(self);
    return 0;
}

void
client_close(struct influxdb *self)
{
    struct client *client = &self->client;

    stop(self);
    curl_easy_cleanup(client->easy);
    curl_slist_free_all(client->heads);
    transfers_close(&self->transfers);
    callers_close(self);
    free(client->write_url);
    free(client->ask_url);
    free(client->create);
    free(client->packed);
    body_fini(&client->answer);
    *client = (struct client){0};
}
