/* reply.h - answers as libmicrohttpd takes them
 *
 * Each function queues an answer on the connection and returns what
 * MHD_queue_response() said.  On the HTTP thread.
 */
#ifndef REPLY_H
#define REPLY_H

#include <microhttpd.h>

#include "http/request.h"

/* Answers 'text', which is a constant. */
enum MHD_Result reply_text(struct MHD_Connection *connection, int status,
                           const char *text);

/* Answers no more than which methods there are, such as "GET, HEAD". */
enum MHD_Result reply_methods(struct MHD_Connection *connection, int status,
                              const char *methods);

/* Answers what a handler said.  A whole answer's bytes are lent until the
 * request is complete; else 'read' is called with 'arg' for them. */
enum MHD_Result reply_answer(struct MHD_Connection *connection,
                             const struct request_answer *answer,
                             MHD_ContentReaderCallback read, void *arg);

#endif /* REPLY_H */
