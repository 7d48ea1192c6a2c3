/* meta.c - what the store knows of itself, in LMDB
 *
 * LMDB has no checksums of its own, so each value begins with one, which covers
 * its key, too.  And each change says which one it is, and what all checksums
 * sum up to: with a wrong byte in the right place LMDB would show a table as it
 * was before.
 */
#include <config.h>

#include "meta_inner.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "link/crc32c.h"
#include "series.h"

static const size_t map_size = (size_t)16 << 30;

static const char *const names[] = {
    [META_STATE] = "state",
    [META_SERIES] = "series",
    [META_PARTS] = "parts",
    [META_MARKS] = "marks",
};

int
meta_errno(int rc)
{
    if (rc == MDB_MAP_FULL)
        return -ENOSPC;
    if (rc == MDB_NOTFOUND)
        return -ENOENT;
    return rc > 0 ? -rc : rc == 0 ? 0 : -EBADMSG;
}

uint32_t
meta_check_of(const MDB_val *key, const void *value, size_t size)
{
    return crc32c(crc32c(0, key->mv_data, key->mv_size), value, size);
}

/* Takes a value that is there off the sum of its table. */
static void
forget_value(struct meta *self, enum kind kind, MDB_val *name)
{
    MDB_val item;
    uint32_t check = 0;

    int rc = mdb_get(self->change, self->tables[kind], name, &item);
    if (rc == 0 && item.mv_size >= CHECK_SIZE) {
        memcpy(&check, item.mv_data, sizeof(check));
        self->next.sums[kind] -= check;
    }
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
    uint32_t check = meta_check_of(&name, self->value.bytes + CHECK_SIZE,
                                   self->value.size - CHECK_SIZE);
    memcpy(self->value.bytes, &check, sizeof(check));
    forget_value(self, kind, &name);
    self->next.sums[kind] += check;
    self->rc = mdb_put(self->change, self->tables[kind], &name, &item, 0);
}

static struct wire_out *
fresh_value(struct meta *self)
{
    self->value.size = 0;
    wire_put_u32(&self->value, 0);
    return &self->value;
}

static int
end_change(struct meta *self)
{
    MDB_txn *change = weir_take(self->change);

    if (self->rc == 0)
        return meta_errno(mdb_txn_commit(change));
    if (change)
        mdb_txn_abort(change);
    return meta_errno(self->rc);
}

static void
put_change(struct meta *self)
{
    if (self->rc != 0)
        return;
    struct wire_out *value = fresh_value(self);
    self->next.number = mdb_txn_id(self->change);
    wire_put_u64(value, self->next.number);
    for (int i = META_SERIES; i < META_KINDS; i++)
        wire_put_u64(value, self->next.sums[i]);
    put(self, META_STATE, META_CHANGE_KEY, strlen(META_CHANGE_KEY));
}

int
meta_read_change(struct wire_in *value, struct meta_change *ret_change)
{
    ret_change->number = wire_u64(value);
    for (int i = META_SERIES; i < META_KINDS; i++)
        ret_change->sums[i] = wire_u64(value);
    return wire_ended(value) ? 0 : -EBADMSG;
}

/* Reads what the last change said, if it did; a load will check it. */
static int
read_last(struct meta *self)
{
    MDB_val name = {strlen(META_CHANGE_KEY),
                    (void *)(uintptr_t)META_CHANGE_KEY};
    MDB_val item;

    self->last = (struct meta_change){0};
    int rc = mdb_get(self->change, self->tables[META_STATE], &name, &item);
    if (rc != 0)
        return rc == MDB_NOTFOUND ? 0 : rc;
    struct wire_in value = {item.mv_data, item.mv_size, false};
    (void)wire_u32(&value);
    return meta_read_change(&value, &self->last) < 0 ? MDB_CORRUPTED : 0;
}

/* Opens the tables, or makes those that are not there. */
static int
open_all(struct meta *self, bool look)
{
    bool made = false;

    for (int i = 0; i < META_KINDS; i++) {
        MDB_dbi *table = &self->tables[i];
        int rc = mdb_dbi_open(self->change, names[i], 0, table);
        if (rc == MDB_NOTFOUND && !look) {
            rc = mdb_dbi_open(self->change, names[i], MDB_CREATE, table);
            made = true;
        }
        if (rc != 0)
            return rc;
    }
    int rc = read_last(self);
    self->next = self->last;
    if (made && rc == 0)
        put_change(self);
    return rc ? rc : self->rc;
}

static int
open_tables(struct meta *self, bool look)
{
    self->rc =
        mdb_txn_begin(self->env, NULL, look ? MDB_RDONLY : 0, &self->change);
    if (self->rc == 0)
        self->rc = open_all(self, look);
    int rc = end_change(self);
    self->last = self->next;
    return rc;
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
    rc = rc ? meta_errno(rc) : open_tables(self, look);
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

/* Changing ----------------------------------------------------------------- */

void
meta_begin(struct meta *self)
{
    self->rc = mdb_txn_begin(self->env, NULL, 0, &self->change);
    self->next = self->last;
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
    forget_value(self, META_SERIES, &name);
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

    if (self->rc != 0)
        return;
    forget_value(self, META_PARTS, &name);
    self->rc = mdb_del(self->change, self->tables[META_PARTS], &name, NULL);
}

void
meta_put_marks(struct meta *self, const struct marks *marks)
{
    if (self->rc == 0)
        self->rc = mdb_drop(self->change, self->tables[META_MARKS], 0);
    self->next.sums[META_MARKS] = 0;
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
    put(self, META_STATE, META_STATE_KEY, strlen(META_STATE_KEY));
}

int
meta_commit(struct meta *self)
{
    put_change(self);
    int rc = end_change(self);
    if (rc == 0)
        self->last = self->next;
    return rc;
}

void
meta_cancel(struct meta *self)
{
    MDB_txn *change = weir_take(self->change);

    if (change)
        mdb_txn_abort(change);
}
