/* daemon.c - one libmicrohttpd daemon an address */
#include <config.h>

#include "http/daemon.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "clock.h"
#include "http/exchange.h"
#include "log.h"

/* libmicrohttpd decides on the parameters. */
static enum MHD_Result /* NOLINTNEXTLINE(readability-function-size) */
on_access(void *arg, struct MHD_Connection *connection, const char *url,
          const char *method, const char *version, const char *bytes,
          size_t *size_p, void **exchange_p)
{
    (void)arg;
    (void)connection;
    (void)url;
    (void)version;
    return *exchange_p ? exchange_go_on(*exchange_p, method, bytes, size_p)
                       : MHD_NO;
}

static void *
on_request_line(void *arg, const char *target,
                struct MHD_Connection *connection)
{
    return exchange_new(arg, connection, target);
}

static void
on_completed(void *arg, struct MHD_Connection *connection, void **exchange_p,
             enum MHD_RequestTerminationCode how)
{
    (void)arg;
    (void)connection;
    (void)how;
    if (*exchange_p)
        exchange_complete(*exchange_p);
    *exchange_p = NULL;
}

static void
on_connection(void *arg, struct MHD_Connection *connection, void **visitor_p,
              enum MHD_ConnectionNotificationCode what)
{
    struct server *server = arg;

    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        visitor_destroy((struct visitor **)visitor_p);
        server->connections--;
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *visitor_p = visitor_new(&server->visitors, info->connect_fd,
                             clock_now_ns() + server->settings.timeout_ns);
    server->connections++;
}

__attribute__((format(printf, 2, 0))) static void
on_log(void *arg, const char *format, va_list arguments)
{
    char text[256];

    (void)arg;
    (void)vsnprintf(text, sizeof(text), format, arguments);
    text[strcspn(text, "\n")] = '\0';
    log_line(LOG_DEBUG, "http_note", "text", text, NULL);
}

struct MHD_Daemon *
daemon_start(struct server *server, int fd)
{
    const struct http_settings *settings = &server->settings;
    unsigned timeout_s = (unsigned)((settings->timeout_ns - 1) / NS_PER_S) + 1;

    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL,
        NULL, on_access, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
        settings->connections_most, MHD_OPTION_CONNECTION_TIMEOUT, timeout_s,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)settings->head_most_bytes,
        MHD_OPTION_URI_LOG_CALLBACK, on_request_line, server,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_END);
    if (!daemon)
        (void)close(fd);
    return daemon;
}
