/* refusal.h - what a survey refuses, and with which words */
#ifndef REFUSAL_H
#define REFUSAL_H

#include "survey.h"

/* A name that is being looked at, and what was found. */
struct found {
    const char *name;
    struct token token;
    const struct weir_option *option;
    size_t part;
    bool append; /* "+=" */
    bool list;   /* "{...}" */
};

/* Returns the block that is open. */
size_t refusal_block(const struct survey *self);

/* Says whether that is a map. */
bool refusal_in_map(const struct survey *self);

/* Looks the name up in the tables of the open block. */
void refusal_find(const struct survey *self, struct found *found);

/* Returns the setting of that name in the open block, or NULL. */
const struct setting *refusal_setting(const struct survey *self,
                                      const char *name);

/* Returns the first block of the option in the open block, or NULL. */
struct block *refusal_first(const struct survey *self,
                            const struct weir_option *option);

/* Complain of a setting, or of a block, when it cannot stand here; then they
 * return true. */
bool refusal_of_setting(struct survey *self, const struct found *found);
bool refusal_of_block(struct survey *self, const struct found *found);

#endif /* REFUSAL_H */
