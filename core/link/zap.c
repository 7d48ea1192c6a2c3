/* link/zap.c - libzmq asks who may come in, and the roll answers */
#include <config.h>

#include "link/zap.h"

#include <stdio.h>
#include <string.h>

#include "base.h"

/* The parts of a request. */
enum {
    PART_VERSION,
    PART_REQUEST,
    PART_DOMAIN,
    PART_ADDRESS,
    PART_IDENTITY,
    PART_MECHANISM,
    PART_CREDENTIALS,
};

static bool
is_text(const struct zap_part *part, const char *text)
{
    return part->size == strlen(text) &&
           memcmp(part->bytes, text, part->size) == 0;
}

const char *
zap_plain(const char *address)
{
    static const char mapped[] = "::ffff:";
    bool is_mapped =
        strncmp(address, mapped, strlen(mapped)) == 0 && strchr(address, '.');

    return is_mapped ? address + strlen(mapped) : address;
}

static void
take_address(const struct zap_part *part, char address[ZAP_ADDRESS_SIZE])
{
    size_t size =
        part->size < ZAP_ADDRESS_SIZE ? part->size : ZAP_ADDRESS_SIZE - 1;

    memcpy(address, part->bytes, size);
    address[size] = '\0';
}

static struct zap_verdict
refuse(struct zap_verdict verdict, const char *why)
{
    verdict.code = 400;
    verdict.why = why;
    return verdict;
}

struct zap_verdict
zap_judge(const struct roll *roll, const struct zap_part parts[], size_t count)
{
    struct zap_verdict verdict = {0};

    if (count < ZAP_PARTS - 1 || !is_text(&parts[PART_VERSION], "1.0"))
        return verdict;
    take_address(&parts[PART_ADDRESS], verdict.address);
    if (!is_text(&parts[PART_DOMAIN], ZAP_DOMAIN))
        return refuse(verdict, "it is asked for by no socket of weir");
    if (!is_text(&parts[PART_MECHANISM], "CURVE"))
        return refuse(verdict, "it shows no key");
    if (count != ZAP_PARTS || parts[PART_CREDENTIALS].size != KEY_SIZE)
        return refuse(verdict, "its key is none");
    key_write(parts[PART_CREDENTIALS].bytes, verdict.key_text);
    verdict.peer = roll_find(roll, parts[PART_CREDENTIALS].bytes);
    if (!verdict.peer)
        return refuse(verdict, "its key is not in the folder of peers");
    if (!verdict.peer->rights)
        return refuse(verdict, "it has no rights; add a line \"rights = "
                               "write\" or read");
    verdict.code = 200;
    return verdict;
}
