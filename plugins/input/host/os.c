/* os.c - collector: which distribution this is
 *
 * From /etc/os-release, else /usr/lib/os-release; read again when it has become
 * another file, since upgrades replace it.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include <weir/text.h>

#include "base.h"
#include "host.h"
#include "scan.h"

static const char *const paths[] = {"etc/os-release", "usr/lib/os-release"};

/* Labels, sorted, and the variables that they come from. */
static const struct {
    const char *label;
    const char *variable;
} variables[] = {
    {"build_id", "BUILD_ID"},
    {"id", "ID"},
    {"id_like", "ID_LIKE"},
    {"image_id", "IMAGE_ID"},
    {"image_version", "IMAGE_VERSION"},
    {"name", "NAME"},
    {"pretty_name", "PRETTY_NAME"},
    {"variant", "VARIANT"},
    {"variant_id", "VARIANT_ID"},
    {"version", "VERSION"},
    {"version_codename", "VERSION_CODENAME"},
    {"version_id", "VERSION_ID"},
};

enum {
    VARIABLES = WEIR_COUNT(variables),
    ID = 1,
    ID_LIKE = 2,
    NAME = 5,
    VERSION_ID = 11,
};

static const struct weir_metric os_info = {
    "node_os_info", WEIR_GAUGE, "",
    "A metric with a constant '1' value labeled by what os-release says."};
static const struct weir_metric os_version = {
    "node_os_version", WEIR_GAUGE, "",
    "Metric containing the major.minor part of the OS version."};

struct os {
    char *values[VARIABLES]; /* NULL: none */
    ino_t inode;             /* of the file that they are from; 0: none */
    struct timespec written;
};

static void
os_close(struct host *host, void *state)
{
    struct os *self = state;

    (void)host;
    for (size_t i = 0; i < VARIABLES; i++)
        free(self->values[i]);
    *self = (struct os){0};
}

static const char *
get(const struct os *self, size_t i)
{
    return self->values[i] ? self->values[i] : "";
}

/* Copies what a shell would make of "text", 'text' or text. */
static char *
unquote(const char *text, size_t length)
{
    char *copy = xcalloc(length + 1, 1);
    char quote = '\0';
    size_t size = 0;

    for (size_t i = 0; i < length; i++) {
        char byte = text[i];
        if (byte == quote) {
            quote = '\0';
        } else if (!quote && (byte == '"' || byte == '\'')) {
            quote = byte;
        } else {
            i += byte == '\\' && quote != '\'' && i + 1 < length;
            copy[size++] = text[i];
        }
    }
    return copy;
}

static void
take_line(struct os *self, const char *line)
{
    const char *end = strchrnul(line, '\n');
    const char *equals = memchr(line, '=', (size_t)(end - line));

    if (!equals)
        return;
    for (size_t i = 0; i < VARIABLES; i++) {
        const struct word name = {line, (size_t)(equals - line)};
        if (!word_is(name, variables[i].variable))
            continue;
        free(self->values[i]);
        self->values[i] = unquote(equals + 1, (size_t)(end - equals - 1));
    }
}

static bool
is_the_same(const struct os *self, const struct stat *status)
{
    return self->inode == status->st_ino &&
           self->written.tv_sec == status->st_mtim.tv_sec &&
           self->written.tv_nsec == status->st_mtim.tv_nsec;
}

static int
update_from(struct host *host, struct os *self, const char *path)
{
    int folder = host->files.roots[ROOT_FS];
    const char *text = NULL;
    struct stat status;

    if (folder < 0)
        return -ENOENT;
    if (fstatat(folder, path, &status, 0) < 0)
        return -errno;
    if (is_the_same(self, &status))
        return 0;
    ssize_t length = file_read_once(host, folder, path, &status, &text);
    if (length < 0)
        return (int)length;
    os_close(host, self);
    self->inode = status.st_ino;
    self->written = status.st_mtim;
    for (; *text; text = scan_line(text))
        take_line(self, text);
    return 0;
}

static void
add_values(const struct os *self, struct weir_batch *out)
{
    struct weir_label labels[VARIABLES + 1] = {{0}};

    for (size_t i = 0; i < VARIABLES; i++)
        labels[i] = (struct weir_label){variables[i].label, get(self, i)};
    weir_add(out, &os_info, labels, 1);

    const char *text = get(self, VERSION_ID);
    const struct weir_label few[] = {
        labels[ID], labels[ID_LIKE], labels[NAME], {0}};
    double version = 0;
    if (*text >= '0' && *text <= '9' && weir_scan_double(&text, &version))
        weir_add(out, &os_version, few, version);
}

static int
os_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct os *self = state;
    int rc = -ENOENT;

    for (size_t i = 0; i < WEIR_COUNT(paths) && rc == -ENOENT; i++)
        rc = update_from(host, self, paths[i]);
    if (rc == -ENOENT)
        return 0; /* a system without a name */
    if (rc < 0)
        return file_fail(host, rc, ROOT_FS, paths[0]);
    add_values(self, out);
    return 0;
}

const struct collector os_collector = {
    .name = "os",
    .state_size = sizeof(struct os),
    .collect = os_collect,
    .close = os_close,
};
