/* reply.c - answers as libmicrohttpd takes them */
#include <config.h>

#include "http/reply.h"

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>

enum { BLOCK_SIZE = 32768 };

static void
destroy_response(struct MHD_Response **response_p)
{
    if (*response_p)
        MHD_destroy_response(*response_p);
}

/* Bytes that somebody else keeps.  The interface is not const, but the bytes
 * are safe. */
static struct MHD_Response *
make_lent(const void *bytes, size_t size)
{
    union {
        const void *kept;
        void *lent;
    } memory = {bytes};

    return MHD_create_response_from_buffer(size, memory.lent,
                                           MHD_RESPMEM_PERSISTENT);
}

/* Queues with what every answer says: who shows it must take its type as it
 * stands, and any page may read it. */
static enum MHD_Result
queue(struct MHD_Connection *connection, int status,
      struct MHD_Response *response)
{
    if (!response)
        return MHD_NO;
    (void)MHD_add_response_header(response, "X-Content-Type-Options",
                                  "nosniff");
    (void)MHD_add_response_header(response, "Access-Control-Allow-Origin", "*");
    return MHD_queue_response(connection, (unsigned)status, response);
}

enum MHD_Result
reply_text(struct MHD_Connection *connection, int status, const char *text)
{
    weir_cleanup(destroy_response) struct MHD_Response *response =
        make_lent(text, strlen(text));

    if (response)
        (void)MHD_add_response_header(response, "Content-Type",
                                      "text/plain; charset=utf-8");
    return queue(connection, status, response);
}

enum MHD_Result
reply_methods(struct MHD_Connection *connection, int status,
              const char *methods)
{
    weir_cleanup(destroy_response) struct MHD_Response *response =
        make_lent("", 0);

    if (response) {
        (void)MHD_add_response_header(response, "Allow", methods);
        (void)MHD_add_response_header(response, "Access-Control-Allow-Methods",
                                      "GET, HEAD");
    }
    return queue(connection, status, response);
}

enum MHD_Result
reply_answer(struct MHD_Connection *connection,
             const struct request_answer *answer,
             MHD_ContentReaderCallback read, void *arg)
{
    weir_cleanup(destroy_response) struct MHD_Response *response =
        answer->whole ? make_lent(answer->bytes, answer->size)
                      : MHD_create_response_from_callback(
                            MHD_SIZE_UNKNOWN, BLOCK_SIZE, read, arg, NULL);

    if (!response)
        return MHD_NO;
    if (answer->type)
        (void)MHD_add_response_header(response, "Content-Type", answer->type);
    for (const struct weir_label *each = answer->heads; each->name; each++)
        (void)MHD_add_response_header(response, each->name, each->value);
    return queue(connection, answer->status, response);
}
