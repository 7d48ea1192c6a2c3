/* field.h - names that the kernel gives to numbers, and metrics made of them
 *
 * In /proc/meminfo, vmstat and net/netstat the kernel, not we, say which
 * numbers there are.  Each name becomes a metric when it is first seen, or is
 * noted as one that nobody wants; then it is found again where it stood in the
 * cycle before.
 */
#ifndef FIELD_H
#define FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include <weir/batch.h>

/* What a file may have of them; more are left out. */
enum { FIELDS_MOST = 2048, FIELD_NAME_SIZE = 128 };

struct field {
    char *name;
    size_t length;
    bool known;  /* someone decided about it */
    bool wanted; /* has a metric */
    struct weir_metric metric;
    char *texts; /* the metric's */
};

/* Zero is an empty list. */
struct fields {
    struct field **items; /* [count] */
    size_t count;
    size_t room;
    size_t next; /* where the one behind the last found is */
};

void fields_fini(struct fields *self);

/* Begins again at the first field. */
static inline void
fields_rewind(struct fields *self)
{
    self->next = 0;
}

/* Returns the field called 'name', 'length' characters; a new one is not
 * 'known' yet.  NULL when the name is too long or not printable, or there are
 * too many.  Lasts until fini. */
struct field *fields_find(struct fields *self, const char *name, size_t length);

/* Settles that the field is a metric of 'type', with copies of the texts. */
void field_want(struct field *self, enum weir_type type, const char *name,
                const char *unit, const char *help);

/* Settles that nobody wants it. */
void field_refuse(struct field *self);

#endif /* FIELD_H */
