/* request_fuzz.c - no target, form or packed body may break the server
 *
 * The first byte says which part the rest goes to.
 */
#include <config.h>

#include <stdint.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "http/gzip.h"
#include "http/origin.h"
#include "http/request.h"

enum { UNPACKED_MOST = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
read_target(const char *text)
{
    weir_cleanup(request_destroy) struct weir_request *request =
        request_new("GET", text, NULL, NULL);

    if (request_parse(request) == 0)
        (void)weir_request_get(request, "q", 0);
}

static void
read_form(const char *text, size_t size)
{
    weir_cleanup(request_destroy) struct weir_request *request =
        request_new("POST", "/?q=1", NULL, NULL);
    char *body = xcalloc(size + 1, 1);

    memcpy(body, text, size);
    request_add_head(request, "Content-Type",
                     "application/x-www-form-urlencoded");
    request_take_body(request, &body, size);
    if (request_parse(request) == 0)
        (void)weir_request_get(request, "q", 1);
}

static void
read_packed(const char *bytes, size_t size)
{
    char *unpacked = NULL;
    size_t unpacked_size = 0;

    if (gzip_unpack(bytes, size, UNPACKED_MOST, &unpacked, &unpacked_size) == 0)
        free(unpacked);
}

static void
read_heads(const char *text)
{
    (void)gzip_is_accepted(text);
    (void)origin_host_is_own(text, "weir.example");
    (void)origin_is_own(text, text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;

    weir_cleanup(weir_free) char *text = xcalloc(size, 1);
    memcpy(text, bytes + 1, size - 1);
    switch (bytes[0] % 4) {
    case 0:
        read_target(text);
        break;
    case 1:
        read_form(text, size - 1);
        break;
    case 2:
        read_packed(text, size - 1);
        break;
    default:
        read_heads(text);
    }
    return 0;
}
