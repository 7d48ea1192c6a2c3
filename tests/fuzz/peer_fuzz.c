/* peer_fuzz.c - no file of a peer, and no request of ZAP, may break weir
 *
 * The first byte says which it is.  A request's parts are the lines.
 */
#include <config.h>

#include <stdint.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/zap.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
read_peer(const char *text)
{
    static const struct weir_metric metric = {"load", WEIR_GAUGE, "", ""};
    static const struct weir_label labels[] = {
        {"instance", "web-1:9100"}, {"job", "host"}, {0}};
    const struct weir_series series = {&metric, "", labels};
    weir_cleanup(arena_clear) struct arena memory = {0};
    weir_cleanup(peer_fini) struct peer peer = {0};
    struct peer_wrong wrong = {0};

    if (peer_read(&peer, "peers/web-1.pub", text, &memory, &wrong) < 0) {
        if (!wrong.why[0])
            abort();
        return;
    }
    (void)peer_is_called(&peer, "web-1");
    (void)peer_overclaims(&peer, &series);
}

static void
judge(const char *bytes, size_t size)
{
    weir_cleanup(roll_release) struct roll *roll = roll_new();
    struct zap_part parts[ZAP_PARTS] = {0};
    size_t count = 0;
    const char *end = bytes + size;

    for (const char *at = bytes; count < ZAP_PARTS && at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop ? stop : end) - at);
        parts[count++] = (struct zap_part){at, length};
        at += length + 1;
    }
    /* Nobody is known, so nobody may come in. */
    if (zap_judge(roll, parts, count).code == 200)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    weir_cleanup(weir_free) char *text = xcalloc(size, 1);
    memcpy(text, bytes + 1, size - 1);
    if (bytes[0] & 1)
        judge(text, size - 1);
    else
        read_peer(text);
    return 0;
}
