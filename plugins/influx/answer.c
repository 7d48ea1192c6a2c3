/* answer.c - what every answer of InfluxDB's has, and its errors */
#include <config.h>

#include "answer.h"

#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "../report/reply/json.h"

enum { HEAD_SIZE = 512 };

void
answer_heads(struct weir_request *request)
{
    weir_answer_head(request, "X-Influxdb-Version", ANSWER_VERSION);
    weir_answer_head(request, "X-Influxdb-Build", "weir");
}

void
answer_nothing(struct weir_request **request_p)
{
    answer_heads(*request_p);
    weir_answer(request_p, 204, NULL, "", 0);
}

/* A header is one line of what can be read, and need not be long. */
static void
add_reason(struct weir_request *request, const char *why)
{
    char line[HEAD_SIZE];
    size_t size = strlen(why);

    if (size >= sizeof(line))
        size = sizeof(line) - 1;
    for (size_t i = 0; i < size; i++)
        line[i] = (char)(why[i] >= ' ' && why[i] < '\x7f' ? why[i] : ' ');
    line[size] = '\0';
    weir_answer_head(request, "X-Influxdb-Error", line);
}

void
answer_error_heads(struct weir_request *request, int status, const char *why)
{
    answer_heads(request);
    if (status == 401)
        weir_answer_head(request, "WWW-Authenticate",
                         "Basic realm=\"InfluxDB\"");
    else
        add_reason(request, why);

    if (status == 503)
        weir_answer_head(request, "Retry-After", "5");
}

void
answer_error(struct weir_request **request_p, int status, const char *why)
{
    weir_cleanup(json_fini) struct json body = {0};

    json_raw(&body, "{\"error\":");
    json_text(&body, why);
    json_raw(&body, "}\n");
    answer_error_heads(*request_p, status, why);
    weir_answer(request_p, status, "application/json", body.bytes, body.size);
}
