/* storage.h - runs a storage: what arrives by links goes to the plugin, what it
 * calls durable goes back, and selects run on query threads
 *
 * Made and freed by main; the rest happens on the instance's stage.
 */
#ifndef STORAGE_H
#define STORAGE_H

#include "crew.h"
#include "instance.h"

struct storage;

struct storage_settings {
    struct instance *instance; /* of a storage plugin; outlives this */
    struct crew *query;
    const char *const *listen; /* [listen_count], endpoints; copied */
    size_t listen_count;
    struct keyring *keys; /* that those ask for which are tcp://; or NULL */
    uint64_t credit_bytes;
};

struct storage *storage_new(const struct storage_settings *settings);
void storage_destroy(struct storage **self_p);

/* Adds to the instance's world what a storage needs of it. */
void storage_complete_world(struct storage *self, struct instance_world *world);

/* Writes the endpoint at which the storage 'name' of this process is found.
 * Returns 'endpoint'. */
enum { STORAGE_ENDPOINT_SIZE = 96 };
const char *storage_endpoint(const char *name,
                             char endpoint[STORAGE_ENDPOINT_SIZE]);

#endif /* STORAGE_H */
