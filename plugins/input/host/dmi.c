/* dmi.c - collector: what the firmware says of the machine
 *
 * It says the same until the next boot, so it is asked once.
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base.h"
#include "host.h"
#include "scan.h"

static const char folder[] = "class/dmi/id";

/* Labels, sorted, and files; some may be read by root alone. */
static const struct {
    const char *label;
    const char *file;
} names[] = {
    {"bios_date", "bios_date"},
    {"bios_release", "bios_release"},
    {"bios_vendor", "bios_vendor"},
    {"bios_version", "bios_version"},
    {"board_asset_tag", "board_asset_tag"},
    {"board_name", "board_name"},
    {"board_serial", "board_serial"},
    {"board_vendor", "board_vendor"},
    {"board_version", "board_version"},
    {"chassis_asset_tag", "chassis_asset_tag"},
    {"chassis_serial", "chassis_serial"},
    {"chassis_vendor", "chassis_vendor"},
    {"chassis_version", "chassis_version"},
    {"product_family", "product_family"},
    {"product_name", "product_name"},
    {"product_serial", "product_serial"},
    {"product_sku", "product_sku"},
    {"product_uuid", "product_uuid"},
    {"product_version", "product_version"},
    {"system_vendor", "sys_vendor"},
};

enum { NAMES = WEIR_COUNT(names) };

static const struct weir_metric dmi_info = {
    "node_dmi_info", WEIR_GAUGE, "",
    "A metric with a constant '1' value labeled by what the firmware says of "
    "BIOS, board, chassis and product, where it is provided."};

struct dmi {
    bool asked;
    char *values[NAMES];
    struct weir_label labels[NAMES + 1]; /* of those that have a value */
    size_t count;
};

static char *
ask(struct host *host, const char *file)
{
    char path[64];
    const char *text = NULL;
    struct held held = {0};

    (void)snprintf(path, sizeof(path), "%s/%s", folder, file);
    ssize_t length = file_read(host, &held, ROOT_SYS, path, &text);
    file_close(host, &held);
    if (length < 0)
        return NULL;
    text = scan_blanks(text);
    size_t size = (size_t)(strchrnul(text, '\n') - text);
    while (size > 0 && text[size - 1] == ' ')
        size--;
    return x_or_die(strndup(text, size));
}

static int
dmi_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct dmi *self = state;

    for (size_t i = 0; i < NAMES && !self->asked; i++) {
        self->values[i] = ask(host, names[i].file);
        if (self->values[i])
            self->labels[self->count++] =
                (struct weir_label){names[i].label, self->values[i]};
    }
    self->asked = true;
    if (self->count > 0)
        weir_add(out, &dmi_info, self->labels, 1);
    return 0;
}

static void
dmi_close(struct host *host, void *state)
{
    struct dmi *self = state;

    (void)host;
    for (size_t i = 0; i < NAMES; i++)
        free(self->values[i]);
}

const struct collector dmi_collector = {
    .name = "dmi",
    .state_size = sizeof(struct dmi),
    .collect = dmi_collect,
    .close = dmi_close,
};
