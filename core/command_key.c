/* command_key.c - weir key: makes a pair of keys
 *
 * The private one goes into FILE, which nobody else may read, and which must
 * not be there yet; the public one into FILE.pub, and to the terminal.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "command.h"
#include "link/keyfile.h"

enum { FILE_SIZE = 1024 };

static int
complain(const char *path, const char *why)
{
    (void)fprintf(stderr, "weir key: %s: %s\n", path, why);
    return EXIT_FAILURE;
}

static void
write_public(const struct keypair *pair, char *text, size_t size)
{
    char key[KEY_TEXT_SIZE];
    char host[256] = "";

    (void)gethostname(host, sizeof(host) - 1);
    key_write(pair->public, key);
    (void)snprintf(text, size,
                   "# weir: a public key, made on %s.  In the folder of peers "
                   "of another weir, as\n# NAME.pub, it lets this one in, with "
                   "lines such as\n#     rights = write read\n#     claim "
                   "instance = NAME(:[0-9]+)?\nkey = %s\n",
                   host, key);
}

/* Writes a file that is not there yet, and brings it to the disk. */
static int
write_new(const char *path, mode_t mode, const char *text)
{
    weir_cleanup(weir_close) int fd =
        open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);

    if (fd < 0)
        return -errno;
    if (fchmod(fd, mode) < 0 ||
        write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
        fsync(fd) < 0) {
        int rc = errno ? -errno : -EIO;
        (void)unlink(path);
        return rc;
    }
    return 0;
}

static const char *
why_unwritten(int rc)
{
    return rc == -EEXIST ? "it is there already, and is not overwritten; name "
                           "another, or remove it"
                         : strerror(-rc);
}

static int
write_private(const char *path, const struct keypair *pair)
{
    char key[KEY_TEXT_SIZE];
    char text[FILE_SIZE];

    key_write(pair->private, key);
    (void)snprintf(text, sizeof(text),
                   "# weir: a private key.  It stays on this host, and weir "
                   "alone may read it.\nprivate = %s\n",
                   key);
    int rc = write_new(path, 0600, text);
    explicit_bzero(key, sizeof(key));
    explicit_bzero(text, sizeof(text));
    return rc;
}

static int
make(const char *path)
{
    weir_cleanup(weir_free) char *public_path = NULL;
    struct keypair pair;
    char text[FILE_SIZE];

    if (asprintf(&public_path, "%s.pub", path) < 0)
        return complain(path, strerror(ENOMEM));
    if (access(public_path, F_OK) == 0)
        return complain(public_path, why_unwritten(-EEXIST));
    keypair_make(&pair);
    write_public(&pair, text, sizeof(text));
    int rc = write_private(path, &pair);
    explicit_bzero(&pair, sizeof(pair));
    if (rc < 0)
        return complain(path, why_unwritten(rc));
    rc = write_new(public_path, 0644, text);
    if (rc < 0)
        return complain(public_path, why_unwritten(rc));
    (void)fputs(text, stdout);
    return EXIT_SUCCESS;
}

static int
show(const char *path)
{
    struct keypair pair;
    char text[FILE_SIZE];
    char why[256];

    if (keypair_read(path, why, sizeof(why), &pair) < 0)
        return complain(path, why);
    write_public(&pair, text, sizeof(text));
    explicit_bzero(&pair, sizeof(pair));
    (void)fputs(text, stdout);
    return EXIT_SUCCESS;
}

int
command_key(int argc, char **argv)
{
    bool public = argc > 1 && strcmp(argv[1], "--public") == 0;

    if (argc == 2 + public && argv[1 + public][0] != '-')
        return public ? show(argv[2]) : make(argv[1]);
    (void)fputs(
        "usage: weir key FILE           make a pair, the private key in "
        "FILE\n       weir key --public FILE  print the public key of "
        "FILE\n",
        stderr);
    return EXIT_WRONG;
}
