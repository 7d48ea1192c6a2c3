/* answer.h - what every answer of InfluxDB's has, and its errors
 *
 * As weir_answer(): on any thread, and the request is taken.
 */
#ifndef INFLUX_ANSWER_H
#define INFLUX_ANSWER_H

#include <weir/http.h>

/* The InfluxDB that clients are told they talk to. */
#define ANSWER_VERSION "1.8.10"

/* Adds the headers by which clients know an InfluxDB; before the answer. */
void answer_heads(struct weir_request *request);

/* Answers without a body: 204. */
void answer_nothing(struct weir_request **request_p);

/* Answers {"error": why}, and the same in a header.  401 says how to come in,
 * 503 when to try again. */
void answer_error(struct weir_request **request_p, int status, const char *why);

/* Adds the headers of such an answer, for one with another body. */
void answer_error_heads(struct weir_request *request, int status,
                        const char *why);

#endif /* INFLUX_ANSWER_H */
