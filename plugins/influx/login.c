/* login.c - who may come in, as InfluxDB's clients say who they are */
#include <config.h>

#include "login.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { CREDENTIALS_SIZE = 1024 };

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Decodes base64 into 'out', with a '\0'.  Returns false when it is none, or
 * has no room. */
static bool
decode(const char *text, char out[CREDENTIALS_SIZE])
{
    size_t length = strcspn(text, "=");
    uint32_t bits = 0;
    size_t size = 0;

    if (length / 4 * 3 + 3 >= CREDENTIALS_SIZE || length % 4 == 1 ||
        strspn(text + length, "=") != (4 - length % 4) % 4 ||
        text[length + strspn(text + length, "=")])
        return false;
    for (size_t i = 0; i < length; i++) {
        const char *at = strchr(alphabet, text[i]);
        if (!at)
            return false;
        bits = bits << 6 | (uint32_t)(at - alphabet);
        if (i % 4 > 0)
            out[size++] = (char)(bits >> (6 - 2 * (i % 4)));
    }
    out[size] = '\0';
    return strlen(out) == size;
}

/* How long it takes tells nothing of where they differ. */
static bool
is_same(const char *given, const char *own)
{
    size_t length = strlen(own);
    unsigned differ = strlen(given) != length;

    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)(differ ? own[i] : given[i]);
        differ |= (unsigned)(byte ^ (unsigned char)own[i]);
    }
    return differ == 0;
}

/* Reads the header into "user:password". */
static bool
read_header(const char *header, char out[CREDENTIALS_SIZE])
{
    static const char basic[] = "Basic ", token[] = "Token ";

    if (!header)
        return false;
    if (strncasecmp(header, basic, sizeof(basic) - 1) == 0)
        return decode(header + sizeof(basic) - 1, out) && strchr(out, ':');
    header += sizeof(token) - 1;
    if (strncasecmp(header - (sizeof(token) - 1), token, sizeof(token) - 1) !=
            0 ||
        strlen(header) >= CREDENTIALS_SIZE || !strchr(header, ':'))
        return false;
    (void)stpcpy(out, header);
    return true;
}

int
login_check(const char *username, const char *password,
            const struct weir_request *request, const char **reterr_why)
{
    char text[CREDENTIALS_SIZE];
    const char *user = weir_request_get(request, "u", 0);
    const char *pass = weir_request_get(request, "p", 0);

    if (!*username)
        return 0;
    if (!user || !*user || !pass) {
        *reterr_why = "unable to parse authentication credentials";
        if (!read_header(weir_request_head(request, "Authorization"), text))
            return -EACCES;
        char *colon = strchr(text, ':');
        *colon = '\0';
        user = text;
        pass = colon + 1;
    }
    *reterr_why = "authorization failed";
    bool known = is_same(user, username);
    return is_same(pass, password) && known ? 0 : -EACCES;
}

int
login_check_options(void *instance, const char *username, const char *password)
{
    if (!*username != !*password)
        return weir_fail(instance, -EINVAL,
                         "username and password go together; set both");
    return 0;
}
