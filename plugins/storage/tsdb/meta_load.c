/* meta_load.c - what the store knows of itself, read at its start */
#include <config.h>

#include "meta_inner.h"

#include <errno.h>
#include <string.h>

#include "series.h"

/* A series as read; its texts are lent. */
struct lent_series {
    struct weir_series series;
    struct weir_metric metric;
    struct weir_label labels[SERIES_LABELS_MOST + 1];
};

static bool
read_series(struct wire_in *in, struct lent_series *ret_lent)
{
    *ret_lent = (struct lent_series){0};
    ret_lent->metric.type = (enum weir_type)wire_u8(in);
    ret_lent->metric.name = wire_text(in, UINT16_MAX);
    ret_lent->metric.unit = wire_text(in, UINT16_MAX);
    ret_lent->metric.help = wire_text(in, UINT16_MAX);
    ret_lent->series.suffix = wire_text(in, UINT16_MAX);
    ret_lent->series.metric = &ret_lent->metric;
    ret_lent->series.labels = ret_lent->labels;
    size_t count = wire_u16(in);
    if (count > SERIES_LABELS_MOST)
        return false;
    for (size_t i = 0; i < count; i++) {
        ret_lent->labels[i].name = wire_text(in, UINT16_MAX);
        ret_lent->labels[i].value = wire_text(in, UINT16_MAX);
    }
    return wire_ended(in) && ret_lent->metric.type <= WEIR_INFO;
}

struct load {
    const struct meta_visitor *visitor;
    void *arg;
    struct meta_state *state;
    struct meta_change said, seen;
};

typedef int load_one(struct load *self, struct wire_in *key,
                     struct wire_in *value);

/* Keys are numbers in the order of their bytes. */
static uint64_t
read_number(struct wire_in *key)
{
    return __builtin_bswap64(wire_u64(key));
}

static bool
is_key(const struct wire_in *key, const char *name)
{
    return key->left == strlen(name) && memcmp(key->next, name, key->left) == 0;
}

static int
load_state(struct load *self, struct wire_in *key, struct wire_in *value)
{
    if (is_key(key, META_CHANGE_KEY))
        return meta_read_change(value, &self->said);
    if (!is_key(key, META_STATE_KEY))
        return -EBADMSG;
    self->state->checkpoint_lsn = wire_u64(value);
    self->state->next_part = wire_u64(value);
    return wire_ended(value) ? 0 : -EBADMSG;
}

static int
load_series(struct load *self, struct wire_in *key, struct wire_in *value)
{
    struct lent_series lent;
    uint64_t number = read_number(key);

    if (!wire_ended(key) || number > UINT32_MAX || !read_series(value, &lent))
        return -EBADMSG;
    return self->visitor->series(self->arg, (uint32_t)number, &lent.series);
}

static int
load_part(struct load *self, struct wire_in *key, struct wire_in *value)
{
    uint64_t number = read_number(key);
    int32_t day = (int32_t)wire_u32(value);

    return wire_ended(key) && wire_ended(value)
               ? self->visitor->part(self->arg, number, day)
               : -EBADMSG;
}

static int
load_mark(struct load *self, struct wire_in *key, struct wire_in *value)
{
    struct mark mark = {0};
    const unsigned char *stream = wire_take(key, sizeof(mark.stream));

    mark.sequence = wire_u64(value);
    mark.heard_ns = (int64_t)wire_u64(value);
    if (!stream || !wire_ended(key) || !wire_ended(value))
        return -EBADMSG;
    memcpy(mark.stream, stream, sizeof(mark.stream));
    return self->visitor->mark(self->arg, &mark);
}

static load_one *const loads[] = {
    [META_STATE] = load_state,
    [META_SERIES] = load_series,
    [META_PARTS] = load_part,
    [META_MARKS] = load_mark,
};

static int
load_item(struct load *self, int kind, const MDB_val *key, const MDB_val *item)
{
    struct wire_in name = {key->mv_data, key->mv_size, false};
    struct wire_in value = {item->mv_data, item->mv_size, false};
    uint32_t check = wire_u32(&value);

    if (value.bad || check != meta_check_of(key, value.next, value.left))
        return -EBADMSG;
    self->seen.sums[kind] += check;
    return loads[kind](self, &name, &value);
}

static int
load_table(struct load *self, MDB_txn *txn, MDB_dbi table, int kind)
{
    MDB_cursor *cursor = NULL;
    MDB_val key, item;

    int rc = mdb_cursor_open(txn, table, &cursor);
    if (rc != 0)
        return meta_errno(rc);
    int ours = 0;
    while (ours == 0 &&
           (rc = mdb_cursor_get(cursor, &key, &item, MDB_NEXT)) == 0)
        ours = load_item(self, kind, &key, &item);
    mdb_cursor_close(cursor);
    if (ours < 0)
        return ours;
    return rc == MDB_NOTFOUND ? 0 : meta_errno(rc);
}

/* Says whether all that was seen is what the last change left. */
static bool
is_whole(const struct load *self)
{
    bool same = self->said.number == self->seen.number;

    for (int i = META_SERIES; i < META_KINDS; i++)
        same = same && self->said.sums[i] == self->seen.sums[i];
    return same || self->said.number == 0;
}

int
meta_load(struct meta *self, const struct meta_visitor *visitor, void *arg,
          struct meta_state *ret_state)
{
    struct meta_state state = {1, 1};
    struct load load = {.visitor = visitor, .arg = arg, .state = &state};
    MDB_txn *txn = NULL;

    int rc = meta_errno(mdb_txn_begin(self->env, NULL, MDB_RDONLY, &txn));
    if (rc < 0)
        return rc;
    load.seen.number = mdb_txn_id(txn);
    for (int i = 0; rc == 0 && i < META_KINDS; i++)
        rc = load_table(&load, txn, self->tables[i], i);
    mdb_txn_abort(txn);
    if (rc == 0 && !is_whole(&load))
        rc = -EBADMSG;
    if (rc < 0)
        return rc;
    self->last = load.seen;
    *ret_state = state;
    return 0;
}
