/* discovery_fuzz.c - no answer of Docker, Kubernetes or DNS may break its
 * reader
 *
 * The first byte says whose answer the rest is; Docker's has a '\0' between its
 * containers and its networks, Kubernetes' between a list and each event.
 */
#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugins/input/scrape/dns_answer.h"
#include "../../plugins/input/scrape/docker_answer.h"
#include "../../plugins/input/scrape/pods.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { PORT = 80 };

/* Each set has names and values, none empty. */
static void
check(const struct findings *found)
{
    for (size_t i = 0; i < found->count; i++)
        for (size_t k = 0; k < found->items[i]->count; k++)
            if (!*found->items[i]->labels[k].name ||
                !*found->items[i]->labels[k].value)
                abort();
}

/* Returns how long the text is that ends with a '\0', or with all. */
static size_t
part_of(const char *text, size_t size)
{
    return size ? strnlen(text, size) : 0;
}

static void
read_docker(const char *text, size_t size, struct findings *found)
{
    size_t first = part_of(text, size);
    size_t skip = first < size ? first + 1 : first;
    const struct docker_text containers = {text, first};
    const struct docker_text networks = {text + skip, size - skip};

    (void)docker_answer_read(&containers, &networks, PORT, found);
}

static void
read_pods(const char *text, size_t size, bool annotated, struct findings *found)
{
    struct pods pods = {.annotated = annotated};
    size_t length = part_of(text, size);

    (void)pods_take_list(&pods, text, length, true);
    while (length < size) {
        text += length + 1;
        size -= length + 1;
        length = part_of(text, size);
        (void)pods_take_event(&pods, text, length);
    }
    (void)pods_find(&pods, found);
    pods_fini(&pods);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *text = (const char *)bytes + 1;
    struct findings found = {0};

    if (size == 0)
        return 0;
    const struct dns_question question = {
        "a.test", (enum dns_type)(bytes[0] / 4 % 3), PORT};
    switch (bytes[0] % 4) {
    case 0:
        read_docker(text, size - 1, &found);
        break;
    case 1:
    case 2:
        read_pods(text, size - 1, bytes[0] % 4 == 1, &found);
        break;
    default:
        (void)dns_answer_read(&question, bytes + 1, size - 1, &found);
    }
    check(&found);
    findings_fini(&found);
    return 0;
}
