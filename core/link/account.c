/* link/account.c - what the peers with keys have at a store */
#include <config.h>

#include "link/account.h"

#include <stdbool.h>
#include <string.h>

#include "base.h"

/* Returns where the account 'name' is, or belongs. */
static size_t
place_of(const struct accounts *self, const char *name)
{
    size_t low = 0;
    size_t high = self->count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(self->accounts[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
is_at(const struct accounts *self, size_t place, const char *name)
{
    return place < self->count &&
           strcmp(self->accounts[place]->name, name) == 0;
}

struct account *
accounts_enter(struct accounts *self, const char *name)
{
    size_t place = place_of(self, name);

    if (!is_at(self, place, name)) {
        if (self->count == self->room) {
            self->room = self->room * 2 + 8;
            self->accounts =
                xrealloc(self->accounts, self->room, sizeof(struct account *));
        }
        struct account **at = &self->accounts[place];
        memmove(at + 1, at, (self->count - place) * sizeof(struct account *));
        *at = xcalloc(1, sizeof(**at));
        (*at)->name = x_or_die(strdup(name));
        self->count++;
    }
    self->accounts[place]->streams++;
    return self->accounts[place];
}

void
accounts_leave(struct accounts *self, struct account **account_p)
{
    struct account *account = *account_p;

    *account_p = NULL;
    if (!account || --account->streams > 0)
        return;
    size_t place = place_of(self, account->name);
    self->count--;
    memmove(&self->accounts[place], &self->accounts[place + 1],
            (self->count - place) * sizeof(struct account *));
    free(account->name);
    free(account);
    if (self->count > 0)
        return;
    free(self->accounts);
    *self = (struct accounts){0};
}

uint32_t
accounts_streams(const struct accounts *self, const char *name)
{
    size_t place = place_of(self, name);

    return is_at(self, place, name) ? self->accounts[place]->streams : 0;
}
