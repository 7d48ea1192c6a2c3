/* fault.c - requests that are answered with an error */
#include <config.h>

#include "fault.h"

#include "json.h"

static const struct {
    int status;
    const char *name;
} faults[] = {
    [FAULT_BAD_DATA] = {400, "bad_data"},
    [FAULT_EXECUTION] = {422, "execution"},
    [FAULT_TIMEOUT] = {503, "timeout"},
    [FAULT_CANCELED] = {503, "canceled"},
    [FAULT_UNAVAILABLE] = {503, "unavailable"},
    [FAULT_INTERNAL] = {500, "internal"},
    [FAULT_NOT_FOUND] = {404, "not_found"},
};

void
fault_tell(struct weir_request **request_p, enum fault fault, const char *why)
{
    struct json json = {0};

    json_raw(&json, "{\"status\":\"error\",\"errorType\":");
    json_text(&json, faults[fault].name);
    json_raw(&json, ",\"error\":");
    json_text(&json, why);
    json_raw(&json, "}");
    weir_answer(request_p, faults[fault].status, "application/json", json.bytes,
                json.size);
    json_fini(&json);
}
