/* link/keyfile.c - keys as text, and the files that hold them */
#include <config.h>

#include "link/keyfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include <weir/cleanup.h>

#include "base.h"
#include "textfile.h"

enum { Z85_SIZE = 41 }; /* a key as libzmq writes it */

static const char digits[] = "0123456789abcdef";

void
key_write(const uint8_t key[KEY_SIZE], char ret_text[KEY_TEXT_SIZE])
{
    for (size_t i = 0; i < KEY_SIZE; i++) {
        ret_text[2 * i] = digits[key[i] >> 4];
        ret_text[2 * i + 1] = digits[key[i] & 15];
    }
    ret_text[KEY_TEXT_SIZE - 1] = '\0';
}

/* Returns the value of a digit, or -1. */
static int
digit_of(char letter)
{
    if (letter >= 'A' && letter <= 'F')
        letter = (char)(letter - 'A' + 'a');
    const char *at = letter ? strchr(digits, letter) : NULL;
    return at ? (int)(at - digits) : -1;
}

bool
key_read(const char *text, uint8_t ret_key[KEY_SIZE])
{
    uint8_t key[KEY_SIZE];

    if (strlen(text) != KEY_TEXT_SIZE - 1)
        return false;
    for (size_t i = 0; i < KEY_SIZE; i++) {
        int high = digit_of(text[2 * i]);
        int low = digit_of(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        key[i] = (uint8_t)(high << 4 | low);
    }
    memcpy(ret_key, key, KEY_SIZE);
    explicit_bzero(key, sizeof(key));
    return true;
}

void
keypair_make(struct keypair *ret_pair)
{
    char public[Z85_SIZE], private[Z85_SIZE];

    /* Debian's libzmq has CURVE; without it nothing may go on. */
    if (zmq_curve_keypair(public, private) != 0 ||
        !zmq_z85_decode(ret_pair->public, public) ||
        !zmq_z85_decode(ret_pair->private, private)) {
        (void)fputs("weir: this libzmq has no CURVE\n", stderr);
        abort();
    }
    explicit_bzero(private, sizeof(private));
}

/* Finds the public key of the private one.  Returns 0, or -ENOTSUP. */
static int
complete(struct keypair *self)
{
    char public[Z85_SIZE], private[Z85_SIZE];

    (void)zmq_z85_encode(private, self->private, KEY_SIZE);
    int rc = zmq_curve_public(public, private);
    explicit_bzero(private, sizeof(private));
    return rc == 0 && zmq_z85_decode(self->public, public) ? 0 : -ENOTSUP;
}

static bool
is_credential(const char *path)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    size_t length = folder ? strlen(folder) : 0;

    return length && strncmp(path, folder, length) == 0 && path[length] == '/';
}

static int
check_mode(const char *path, const struct textfile *file, char *why,
           size_t size)
{
    mode_t forbidden = is_credential(path) ? 027 : 077;

    if (file->owner != geteuid() && file->owner != 0 && geteuid() != 0) {
        (void)snprintf(why, size,
                       "it belongs to another user, who may read it; make it "
                       "your own");
        return -EPERM;
    }
    if (!(file->mode & forbidden))
        return 0;
    (void)snprintf(why, size,
                   "others may read or change it (mode %04o); say chmod 600, "
                   "and make a new one if they did",
                   (unsigned)file->mode & 07777);
    return -EPERM;
}

static int
read_private(const struct textfile *file, struct keypair *ret_pair)
{
    struct keyline line = {.rest = file->text};
    bool found = false;
    int rc = 0;

    while ((rc = keyline_next(&line)) > 0) {
        if (found || strcmp(line.name, "private") != 0 ||
            !key_read(line.value, ret_pair->private))
            return -EBADMSG;
        found = true;
    }
    return rc < 0 || !found ? -EBADMSG : 0;
}

static void
wipe(struct arena *texts)
{
    arena_clear(texts);
}

/* Reads the file, without finding the public key. */
static int
read_file(const char *path, char *why, size_t size, struct keypair *ret_pair)
{
    weir_cleanup(wipe) struct arena texts = {0};
    struct textfile file;
    int line = 0;

    int rc = textfile_read(path, KEYFILE_MOST, &texts, &file, &line);
    if (rc < 0) {
        (void)snprintf(why, size, "%s",
                       rc == -ENOENT ? "there is no such file; weir key makes "
                                       "one"
                                     : textfile_why(rc));
        return rc;
    }
    rc = check_mode(path, &file, why, size);
    if (rc == 0)
        rc = read_private(&file, ret_pair);
    if (rc == -EBADMSG)
        (void)snprintf(why, size,
                       "this is no private key, which has one line \"private "
                       "= 64 hexadecimal digits\"; weir key makes one");
    explicit_bzero(file.text, file.size);
    return rc;
}

int
keypair_check(const char *path, char *why, size_t size)
{
    struct keypair pair = {0};

    int rc = read_file(path, why, size, &pair);
    explicit_bzero(&pair, sizeof(pair));
    return rc;
}

int
keypair_read(const char *path, char *why, size_t size, struct keypair *ret_pair)
{
    struct keypair pair = {0};

    int rc = read_file(path, why, size, &pair);
    if (rc == 0 && (rc = complete(&pair)) < 0)
        (void)snprintf(why, size, "this libzmq has no CURVE");
    if (rc == 0)
        *ret_pair = pair;
    explicit_bzero(&pair, sizeof(pair));
    return rc;
}

static char *
trim(char *text)
{
    size_t length = 0;

    text += strspn(text, " \t\r");
    length = strlen(text);
    while (length && strchr(" \t\r", text[length - 1]))
        length--;
    text[length] = '\0';
    return text;
}

int
keyline_next(struct keyline *self)
{
    while (self->rest && *self->rest) {
        char *text = strsep(&self->rest, "\n");
        self->number++;
        text = trim(text);
        if (!*text || *text == '#')
            continue;
        char *equals = strchr(text, '=');
        if (!equals)
            return -EBADMSG;
        *equals = '\0';
        self->name = trim(text);
        self->value = trim(equals + 1);
        return *self->name && *self->value ? 1 : -EBADMSG;
    }
    return 0;
}
