/* fetch.c - one HTTP request to a weir, and its answer */
#include <config.h>

#include "fetch.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"

enum { ROOM = 1 << 16, HOST_MOST = 256, TIMEOUT_S = 60 };

static const char scheme[] = "http://";

struct fetch {
    int fd;
    char in[ROOM]; /* [at .. end) was received and not read */
    size_t at, end;
    bool chunked, sized;
    bool ended;  /* the last chunk was read */
    size_t left; /* of the chunk, or of all when it is sized */
};

struct place {
    char host[HOST_MOST], port[16];
    const char *path; /* of the URL, without a '/' at its end */
    int path_length;
};

void
fetch_destroy(struct fetch **self_p)
{
    struct fetch *self = weir_take(*self_p);

    if (!self)
        return;
    if (self->fd >= 0)
        (void)close(self->fd);
    free(self);
}

/* Takes "http://HOST:PORT/PATH" apart; HOST may be in brackets. */
static bool
take_apart(const char *url, struct place *place)
{
    if (strncmp(url, scheme, sizeof(scheme) - 1) != 0)
        return false;
    const char *host = url + sizeof(scheme) - 1;
    bool bracket = *host == '[';
    size_t length = strcspn(host += bracket, bracket ? "]" : ":/");
    const char *at = host + length + bracket;
    if (length == 0 || length >= sizeof(place->host))
        return false;
    memcpy(place->host, host, length);
    place->host[length] = '\0';
    (void)snprintf(place->port, sizeof(place->port), "80");
    if (*at == ':') {
        length = strcspn(++at, "/");
        if (length == 0 || length >= sizeof(place->port))
            return false;
        (void)snprintf(place->port, sizeof(place->port), "%.*s", (int)length,
                       at);
        at += length;
    }
    place->path = at;
    length = strlen(at);
    place->path_length =
        (int)(length > 0 && at[length - 1] == '/' ? length - 1 : length);
    return true;
}

/* Connects to the first of the addresses that answers. */
static int
connect_to(const struct place *place)
{
    static const struct timeval patience = {.tv_sec = TIMEOUT_S};
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int fd = -1, rc = -EHOSTUNREACH;

    if (getaddrinfo(place->host, place->port, &hints, &found) != 0)
        return rc;
    for (const struct addrinfo *one = found; one && fd < 0;
         one = one->ai_next) {
        fd = socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
            continue;
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
                         sizeof(patience));
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
                         sizeof(patience));
        if (connect(fd, one->ai_addr, one->ai_addrlen) == 0)
            continue;
        rc = -errno;
        (void)close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd < 0 ? rc : fd;
}

static int
send_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return -errno;
        bytes += sent;
        size -= (size_t)sent;
    }
    return 0;
}

static int
send_request(const struct fetch *self, const struct fetch_request *request,
             const struct place *place)
{
    weir_cleanup(weir_free) char *head = NULL;
    int size = asprintf(&head,
                        "%s %.*s%s HTTP/1.1\r\n"
                        "Host: %s:%s\r\n"
                        "Connection: close\r\n"
                        "Content-Type: application/octet-stream\r\n"
                        "Content-Length: %zu\r\n"
                        "\r\n",
                        request->method, place->path_length, place->path,
                        request->path, place->host, place->port, request->size);

    if (size < 0)
        head = x_or_die(NULL);
    int rc = send_all(self->fd, head, (size_t)size);
    return rc < 0 ? rc : send_all(self->fd, request->body, request->size);
}

/* The answer --------------------------------------------------------------- */

/* Receives more behind what is there.  Returns 0, -EPIPE at the end, or -errno.
 */
static int
receive(struct fetch *self)
{
    ssize_t got = 0;

    memmove(self->in, self->in + self->at, self->end - self->at);
    self->end -= self->at;
    self->at = 0;
    if (self->end == ROOM)
        return -EMSGSIZE;
    do
        got = recv(self->fd, self->in + self->end, ROOM - self->end, 0);
    while (got < 0 && errno == EINTR);
    if (got <= 0)
        return got < 0 ? -errno : -EPIPE;
    self->end += (size_t)got;
    return 0;
}

/* Takes a line, without its end and with a '\0' there; valid until the next
 * call. */
static int
take_line(struct fetch *self, char **ret_line)
{
    char *end = NULL;

    while (!(end = memchr(self->in + self->at, '\n', self->end - self->at))) {
        int rc = receive(self);
        if (rc < 0)
            return rc;
    }
    *ret_line = self->in + self->at;
    self->at = (size_t)(end + 1 - self->in);
    if (end > *ret_line && end[-1] == '\r')
        end--;
    *end = '\0';
    return 0;
}

static void
take_head(struct fetch *self, const char *line)
{
    static const char length[] = "Content-Length:";
    static const char coding[] = "Transfer-Encoding: chunked";

    if (strcasecmp(line, coding) == 0)
        self->chunked = true;
    if (strncasecmp(line, length, sizeof(length) - 1) != 0)
        return;
    self->sized = true;
    self->left = strtoull(line + sizeof(length) - 1, NULL, 10);
}

static int
read_head(struct fetch *self, int *ret_status)
{
    char *line = NULL;

    int rc = take_line(self, &line);
    if (rc < 0)
        return rc;
    if (strncmp(line, "HTTP/1.1 ", 9) != 0)
        return -EPROTO;
    *ret_status = (int)strtol(line + 9, NULL, 10);
    while ((rc = take_line(self, &line)) == 0 && *line)
        take_head(self, line);
    return rc;
}

/* Reads the size of the next chunk; 0 is the end. */
static int
next_chunk(struct fetch *self)
{
    char *line = NULL, *end = NULL;

    int rc = take_line(self, &line);
    if (rc == 0 && !*line) /* the end of the chunk before */
        rc = take_line(self, &line);
    if (rc < 0)
        return rc;
    self->left = strtoull(line, &end, 16);
    self->ended = self->left == 0;
    return end == line ? -EPROTO : 0;
}

ssize_t
fetch_read(struct fetch *self, void *bytes, size_t size)
{
    int rc = 0;

    if (self->chunked && self->left == 0 && !self->ended)
        rc = next_chunk(self);
    bool bounded = self->chunked || self->sized;
    if (rc < 0 || (bounded && self->left == 0))
        return rc;
    if (self->at == self->end)
        rc = receive(self);
    if (rc < 0)
        return rc == -EPIPE && !bounded ? 0 : rc;
    size_t count = self->end - self->at;
    if (bounded && count > self->left)
        count = self->left;
    if (count > size)
        count = size;
    memcpy(bytes, self->in + self->at, count);
    self->at += count;
    self->left -= bounded ? count : 0;
    return (ssize_t)count;
}

int
fetch_open(const struct fetch_request *request, char why[FETCH_WHY],
           struct fetch **ret_fetch, int *ret_status)
{
    weir_cleanup(fetch_destroy) struct fetch *self = xcalloc(1, sizeof(*self));
    struct place place;

    self->fd = -1;
    if (!take_apart(request->url, &place)) {
        (void)snprintf(why, FETCH_WHY,
                       "\"%.100s\" is no URL such as http://127.0.0.1:9347",
                       request->url);
        return -EINVAL;
    }
    self->fd = connect_to(&place);
    int rc = self->fd < 0 ? self->fd : send_request(self, request, &place);
    if (rc == 0)
        rc = read_head(self, ret_status);
    if (rc < 0) {
        (void)snprintf(why, FETCH_WHY, "cannot ask %.100s: %s", request->url,
                       strerror(-rc));
        return rc;
    }
    *ret_fetch = weir_take(self);
    return 0;
}

void
fetch_escape(FILE *out, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

    for (; *text; text++)
        (void)fprintf(out, strchr(plain, *text) ? "%c" : "%%%02X",
                      (unsigned char)*text);
}
