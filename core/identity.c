/* identity.c - the process' key and peers, as a configuration has them */
#include <config.h>

#include "identity.h"

#include <string.h>

#include <weir/cleanup.h>

#include "base.h"

static void
tell_wrong_peer(void *arg, const char *file, int line, const char *why)
{
    struct complaints *into = arg;

    complaints_warning(into, (struct place){file, line},
                       "%s; until then nobody comes in with it", why);
}

static void
check_key(const struct identity *self, struct complaints *into)
{
    char why[512];

    if (keypair_check(self->key, why, sizeof(why)) < 0)
        complaints_error(into, self->key_at, "key: %s: %s", self->key, why);
}

bool
identity_check(const struct identity *self, struct complaints *into,
               struct roll **ret_roll)
{
    bool key = self->key[0] != '\0';
    bool peers = self->peers[0] != '\0';

    if (key && !peers)
        complaints_error(into, self->key_at,
                         "there is a key, but no folder of peers; write peers "
                         "= \"FOLDER\"");
    if (peers && !key)
        complaints_error(into, self->peers_at,
                         "there are peers, but no key; write key = \"FILE\", "
                         "which weir key makes");
    if (!key || !peers)
        return false;
    check_key(self, into);
    int rc = roll_read(self->peers, tell_wrong_peer, into, ret_roll);
    if (rc < 0)
        complaints_error(into, self->peers_at, "peers: %s: %s", self->peers,
                         roll_why(rc));
    return true;
}

char *
identity_text(const struct configuration *configuration)
{
    char *text = NULL;

    if (asprintf(&text, "%s\n%s", configuration->key ? configuration->key : "",
                 configuration->peers ? configuration->peers : "") < 0)
        text = NULL;
    return x_or_die(text);
}

bool
identity_same(const char *text, const struct configuration *configuration)
{
    weir_cleanup(weir_free) char *other = identity_text(configuration);

    return strcmp(text, other) == 0;
}
