/* meta.c - what the store knows of itself, in LMDB
 *
 * LMDB has no checksums of its own, so each value begins with one, which covers
 * its key, too.
 */
#include <config.h>

#include "meta.h"

#include <errno.h>
#include <lmdb.h>

#include <weir/cleanup.h>

#include "link/crc32c.h"
#include "link/wire.h"
#include "series.h"

enum { CHECK_SIZE = 4 };

static const size_t map_size = (size_t)16 << 30;

enum kind { META_STATE, META_SERIES, META_PARTS, META_MARKS, META_KINDS };

static const char *const names[] = {
    [META_STATE] = "state",
    [META_SERIES] = "series",
    [META_PARTS] = "parts",
    [META_MARKS] = "marks",
};

struct meta {
    MDB_env *env;
    MDB_dbi tables[META_KINDS];
    MDB_txn *change; /* NULL: none */
    int rc;          /* of the change */
    struct wire_out value;
};

static int
errno_of(int rc)
{
    if (rc == MDB_MAP_FULL)
        return -ENOSPC;
    if (rc == MDB_NOTFOUND)
        return -ENOENT;
    return rc > 0 ? -rc : rc == 0 ? 0 : -EBADMSG;
}

static int
open_tables(struct meta *self, bool look)
{
    MDB_txn *txn = NULL;
    int rc = mdb_txn_begin(self->env, NULL, look ? MDB_RDONLY : 0, &txn);

    for (int i = 0; rc == 0 && i < META_KINDS; i++)
        rc = mdb_dbi_open(txn, names[i], look ? 0 : MDB_CREATE,
                          &self->tables[i]);
    if (rc == 0)
        return errno_of(mdb_txn_commit(txn));
    if (txn)
        mdb_txn_abort(txn);
    return errno_of(rc);
}

static int
open_folder(const char *folder, bool look, struct meta **ret_meta)
{
    const unsigned flags = MDB_NOTLS | (look ? MDB_RDONLY | MDB_NOLOCK : 0);
    weir_cleanup(meta_destroy) struct meta *self = xcalloc(1, sizeof(*self));

    int rc = mdb_env_create(&self->env);
    if (rc == 0)
        rc = mdb_env_set_mapsize(self->env, map_size);
    if (rc == 0)
        rc = mdb_env_set_maxdbs(self->env, META_KINDS);
    if (rc == 0)
        rc = mdb_env_open(self->env, folder, flags, 0640);
    rc = rc ? errno_of(rc) : open_tables(self, look);
    if (rc < 0)
        return rc;
    *ret_meta = weir_take(self);
    return 0;
}

int
meta_open(const char *folder, struct meta **ret_meta)
{
    return open_folder(folder, false, ret_meta);
}

int
meta_look(const char *folder, struct meta **ret_meta)
{
    return open_folder(folder, true, ret_meta);
}

void
meta_destroy(struct meta **self_p)
{
    struct meta *self = *self_p;

    if (!self)
        return;
    if (self->change)
        mdb_txn_abort(self->change);
    if (self->env)
        mdb_env_close(self->env);
    wire_out_fini(&self->value);
    free(self);
    *self_p = NULL;
}

/* Values ------------------------------------------------------------------- */

static void
put_series(struct wire_out *out, const struct weir_series *series)
{
    wire_put_u8(out, (uint8_t)series->metric->type);
    wire_put_text(out, series->metric->name);
    wire_put_text(out, series->metric->unit);
    wire_put_text(out, series->metric->help);
    wire_put_text(out, series->suffix);
    wire_put_u16(out, (uint16_t)labels_count(series->labels));
    for (const struct weir_label *label = series->labels; label->name;
         label++) {
        wire_put_text(out, label->name);
        wire_put_text(out, label->value);
    }
}

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

/* Loading ------------------------------------------------------------------ */

struct load {
    const struct meta_visitor *visitor;
    void *arg;
    struct meta_state *state;
};

typedef int load_one(struct load *self, struct wire_in *key,
                     struct wire_in *value);

/* Keys are numbers in the order of their bytes. */
static uint64_t
read_number(struct wire_in *key)
{
    return __builtin_bswap64(wire_u64(key));
}

static int
load_state(struct load *self, struct wire_in *key, struct wire_in *value)
{
    (void)key;
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

static uint32_t
check_of(const MDB_val *key, const void *value, size_t size)
{
    return crc32c(crc32c(0, key->mv_data, key->mv_size), value, size);
}

static int
load_item(struct load *self, load_one *one, const MDB_val *key,
          const MDB_val *item)
{
    struct wire_in name = {key->mv_data, key->mv_size, false};
    struct wire_in value = {item->mv_data, item->mv_size, false};
    uint32_t check = wire_u32(&value);

    if (value.bad || check != check_of(key, value.next, value.left))
        return -EBADMSG;
    return one(self, &name, &value);
}

static int
load_table(struct load *self, MDB_txn *txn, MDB_dbi table, load_one *one)
{
    MDB_cursor *cursor = NULL;
    MDB_val key, item;

    int rc = mdb_cursor_open(txn, table, &cursor);
    if (rc != 0)
        return errno_of(rc);
    int ours = 0;
    while (ours == 0 &&
           (rc = mdb_cursor_get(cursor, &key, &item, MDB_NEXT)) == 0)
        ours = load_item(self, one, &key, &item);
    mdb_cursor_close(cursor);
    if (ours < 0)
        return ours;
    return rc == MDB_NOTFOUND ? 0 : errno_of(rc);
}

int
meta_load(struct meta *self, const struct meta_visitor *visitor, void *arg,
          struct meta_state *ret_state)
{
    struct meta_state state = {1, 1};
    struct load load = {visitor, arg, &state};
    MDB_txn *txn = NULL;

    int rc = errno_of(mdb_txn_begin(self->env, NULL, MDB_RDONLY, &txn));
    if (rc < 0)
        return rc;
    for (int i = 0; rc == 0 && i < META_KINDS; i++)
        rc = load_table(&load, txn, self->tables[i], loads[i]);
    mdb_txn_abort(txn);
    if (rc == 0)
        *ret_state = state;
    return rc;
}

/* Changing ----------------------------------------------------------------- */

void
meta_begin(struct meta *self)
{
    self->rc = mdb_txn_begin(self->env, NULL, 0, &self->change);
}

/* The value is what was put into 'self->value' behind the room for its check.
 */
static void
put(struct meta *self, enum kind kind, const void *key, size_t size)
{
    MDB_val name = {size, (void *)(uintptr_t)key};
    MDB_val item = {self->value.size, self->value.bytes};

    if (self->rc != 0)
        return;
    uint32_t check = check_of(&name, self->value.bytes + CHECK_SIZE,
                              self->value.size - CHECK_SIZE);
    memcpy(self->value.bytes, &check, sizeof(check));
    self->rc = mdb_put(self->change, self->tables[kind], &name, &item, 0);
}

static struct wire_out *
fresh_value(struct meta *self)
{
    self->value.size = 0;
    wire_put_u32(&self->value, 0);
    return &self->value;
}

void
meta_put_series(struct meta *self, uint32_t number,
                const struct weir_series *series)
{
    uint64_t key = __builtin_bswap64(number);

    put_series(fresh_value(self), series);
    put(self, META_SERIES, &key, sizeof(key));
}

/* One that came and went since the last change is not there. */
void
meta_drop_series(struct meta *self, uint32_t number)
{
    uint64_t key = __builtin_bswap64(number);
    MDB_val name = {sizeof(key), &key};

    if (self->rc != 0)
        return;
    int rc = mdb_del(self->change, self->tables[META_SERIES], &name, NULL);
    self->rc = rc == MDB_NOTFOUND ? 0 : rc;
}

void
meta_put_part(struct meta *self, uint64_t number, int32_t day)
{
    uint64_t key = __builtin_bswap64(number);

    wire_put_u32(fresh_value(self), (uint32_t)day);
    put(self, META_PARTS, &key, sizeof(key));
}

void
meta_drop_part(struct meta *self, uint64_t number)
{
    uint64_t key = __builtin_bswap64(number);
    MDB_val name = {sizeof(key), &key};

    if (self->rc == 0)
        self->rc = mdb_del(self->change, self->tables[META_PARTS], &name, NULL);
}

void
meta_put_marks(struct meta *self, const struct marks *marks)
{
    if (self->rc == 0)
        self->rc = mdb_drop(self->change, self->tables[META_MARKS], 0);
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *mark = &marks->items[i];
        struct wire_out *value = fresh_value(self);
        wire_put_u64(value, mark->sequence);
        wire_put_u64(value, (uint64_t)mark->heard_ns);
        put(self, META_MARKS, mark->stream, sizeof(mark->stream));
    }
}

void
meta_put_state(struct meta *self, const struct meta_state *state)
{
    struct wire_out *value = fresh_value(self);

    wire_put_u64(value, state->checkpoint_lsn);
    wire_put_u64(value, state->next_part);
    put(self, META_STATE, "state", 5);
}

int
meta_commit(struct meta *self)
{
    MDB_txn *change = weir_take(self->change);

    if (self->rc == 0)
        return errno_of(mdb_txn_commit(change));
    if (change)
        mdb_txn_abort(change);
    return errno_of(self->rc);
}

void
meta_cancel(struct meta *self)
{
    MDB_txn *change = weir_take(self->change);

    if (change)
        mdb_txn_abort(change);
}
