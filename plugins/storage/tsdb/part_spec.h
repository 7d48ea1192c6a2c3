/* part_spec.h - what the tests of parts share: a place to write one to */
#ifndef TSDB_PART_SPEC_H
#define TSDB_PART_SPEC_H

#include <fcntl.h>

#include <weir/cleanup.h>

#include "base.h"
#include "part.h"
#include "spec.h"

static const struct weir_metric requests = {"http_requests_total", WEIR_COUNTER,
                                            "", "Requests."};

/* A path in a new folder, which is removed with what lies in it. */
struct place {
    char *folder, *path, *path_new;
};

static inline void
place_fini(struct place *self)
{
    (void)unlink(self->path);
    (void)unlink(self->path_new);
    (void)rmdir(self->folder);
    free(self->folder);
    free(self->path);
    free(self->path_new);
}

static inline struct place
place_new(void)
{
    struct place self = {0};
    char *folder = NULL;

    self.folder = spec_template(NULL, &folder);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_gt(asprintf(&self.path, "%s/a.part", folder), 0);
    ck_assert_int_gt(asprintf(&self.path_new, "%s.new", self.path), 0);
    return self;
}

static inline struct part_writer *
begin_level(const struct place *place, uint32_t level)
{
    const struct part_origin origin = {{7, 8}, level, 100, 200, 0};
    struct part_writer *writer = NULL;

    ck_assert_int_eq(
        part_writer_open(files_real(), place->path, &origin, &writer), 0);
    return writer;
}

static inline struct part_writer *
begin(const struct place *place)
{
    return begin_level(place, 2);
}

static inline void
begin_series(struct part_writer *writer, uint32_t id)
{
    char text[16];

    (void)snprintf(text, sizeof(text), "%" PRIu32, id);
    const struct weir_label labels[] = {{"id", text}, {"zone", "a"}, {0}};
    part_writer_series(writer, id,
                       &(struct weir_series){&requests, "_sum", labels});
}

static inline struct part_info
end(struct part_writer **writer_p)
{
    struct part_info info = {0};

    ck_assert_int_eq(part_writer_end(writer_p, &info), 0);
    ck_assert_ptr_null(*writer_p);
    return info;
}

/* The file as bytes; the caller frees them. */
static inline unsigned char *
read_bytes(const struct place *place, size_t size)
{
    unsigned char *bytes = xcalloc(size, 1);
    weir_cleanup(weir_fclose) FILE *file = fopen(place->path, "re");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fread(bytes, 1, size, file), size);
    return bytes;
}

static inline void
write_bytes(const struct place *place, const unsigned char *bytes, size_t size)
{
    spec_write_fd(
        open(place->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600),
        bytes, size);
}

static inline struct part *
open_part(const struct place *place)
{
    struct part *part = NULL;

    ck_assert_int_eq(part_open(files_real(), place->path, &part), 0);
    return part;
}

static inline void
check_sound(const struct place *place)
{
    char why[256] = "";

    ck_assert_msg(part_verify(files_real(), place->path, why, sizeof(why)) == 0,
                  "%s", why);
}

/* Times of 'count' cycles of a second, a little late. */
static inline void
cycle(int64_t *times_ns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        times_ns[i] = (int64_t)i * NS_PER_S + (int64_t)(i * 7 % 5) * NS_PER_MS;
}

#endif /* TSDB_PART_SPEC_H */
