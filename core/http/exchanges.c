/* exchanges.c - all requests of a server */
#include <config.h>

#include "http/exchange_inner.h"

#include "clock.h"
#include "http/request.h"

static bool
is_due(const struct exchange *self, int64_t now_ns)
{
    if (!self->suspended)
        return false;
    if (self->left || self->server->stopping)
        return true;
    if (self->phase == PHASE_WAITING && now_ns >= self->deadline_ns)
        return true;
    return request_has_more(self->request, self->phase == PHASE_SENDING);
}

size_t
exchanges_turn(struct server *server, int64_t now_ns)
{
    struct exchange *next = NULL;
    size_t connected = 0;

    server_lock(server);
    for (struct exchange *each = server->exchanges; each; each = next) {
        next = each->next;
        connected += each->connection != NULL;
        if (!each->connection && exchange_is_released(each))
            exchange_destroy(each);
        else if (is_due(each, now_ns))
            exchange_resume(each);
    }
    server_unlock(&server);
    return connected;
}

void
exchanges_forget(struct server *server, const void *owner)
{
    server_lock(server);
    for (struct exchange *each = server->exchanges; each; each = each->next) {
        if (each->owner != owner || exchange_is_released(each))
            continue;
        struct weir_request *request = each->request;
        weir_answer(&request, 503, "text/plain; charset=utf-8",
                    "who should have answered has gone\n", 34);
    }
    server_unlock(&server);
}

void
exchanges_destroy(struct server *server)
{
    server_lock(server);
    while (server->exchanges)
        exchange_destroy(server->exchanges);
    server_unlock(&server);
}
