/* link.c - what a link costs: beside raw ZeroMQ, on the wire, at an agent
 *
 *     link [--seconds S] [--rounds N] [--folder PATH] [--rows FILE]
 *          [speed|spool|bytes|agent...]
 *
 * 'speed': samples a second over each endpoint with batches of 10,000, in turns
 * with libzmq alone and messages of the same size; 'spool': what the disk takes
 * of them while the store is away, beside what it takes of bytes alone, and how
 * fast they come to the store that is back; 'bytes': bytes a sample of
 * the rows in FILE (store_rows.h), and what packing costs; 'agent': the
 * processor's share of a process that sends 1,000 series a second.
 */
#include <config.h>

#include "link.h"

#include <errno.h>
#include <ftw.h>
#include <getopt.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/keyring.h"
#include "link/socket.h"
#include "log.h"

static const struct {
    const char *name;
    int (*run)(const struct link_bench *bench);
} measures[] = {
    {"speed", link_speed},
    {"spool", link_spool},
    {"bytes", link_bytes},
    {"agent", link_agent},
};

static int
write_file(const char *folder, const char *name, const char *text)
{
    char path[4096];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    weir_cleanup(weir_fclose) FILE *file = fopen(path, "we");
    if (!file || fputs(text, file) < 0)
        return -errno;
    return fchmod(fileno(file), 0600) < 0 ? -errno : 0;
}

/* Makes a key that both ends show each other. */
static int
make_keys(struct link_bench *bench)
{
    char key[KEY_TEXT_SIZE], text[256], peers[4096];

    keypair_make(&bench->pair);
    key_write(bench->pair.private, key);
    (void)snprintf(text, sizeof(text), "private = %s\n", key);
    (void)snprintf(peers, sizeof(peers), "%s/peers", bench->folder);
    int rc = write_file(bench->folder, "key", text);
    if (rc == 0 && mkdir(peers, 0700) < 0)
        rc = -errno;
    key_write(bench->pair.public, key);
    (void)snprintf(text, sizeof(text),
                   "key = %s\nname = 127.0.0.1\nrights = write\n", key);
    return rc < 0 ? rc : write_file(peers, "own.pub", text);
}

int
link_open_keys(struct link_bench *bench)
{
    char key[4096], peers[4096], why[512];

    (void)snprintf(key, sizeof(key), "%s/key", bench->folder);
    (void)snprintf(peers, sizeof(peers), "%s/peers", bench->folder);
    return keyring_open(key, peers, why, sizeof(why), &bench->keys);
}

static int
remove_one(const char *path, const struct stat *info, int kind,
           struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

static bool
is_wanted(const char *name, char **names)
{
    bool wanted = !*names;

    for (; *names; names++)
        wanted |= strcmp(*names, name) == 0;
    return wanted;
}

static int
run(struct link_bench *bench, char **names)
{
    int store = is_wanted("agent", names) ? link_agent_store(bench) : 0;
    int rc = link_open_keys(bench);

    for (size_t i = 0; i < ARRAY_SIZE(measures) && rc == 0; i++) {
        if (!is_wanted(measures[i].name, names))
            continue;
        rc = measures[i].run(bench);
        if (rc < 0)
            (void)fprintf(stderr, "link: %s: %s\n", measures[i].name,
                          strerror(-rc));
        (void)fflush(stdout);
    }
    if (store > 0)
        (void)kill(store, SIGKILL);
    return rc;
}

int
main(int argc, char **argv)
{
    static const struct option options[] = {
        {"seconds", required_argument, NULL, 's'},
        {"rounds", required_argument, NULL, 'n'},
        {"folder", required_argument, NULL, 'f'},
        {"rows", required_argument, NULL, 'r'},
        {0}};
    struct link_bench bench = {.seconds = 2, .rounds = 3, .folder = "."};
    char folder[4096];
    int option = 0;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 's')
            bench.seconds = strtod(optarg, NULL);
        else if (option == 'n')
            bench.rounds = (int)strtol(optarg, NULL, 10);
        else if (option == 'f')
            bench.folder = optarg;
        else if (option == 'r')
            bench.rows = optarg;
        else
            return EXIT_FAILURE;
    }
    log_setup(LOG_WARN, LOG_TEXT);
    (void)snprintf(folder, sizeof(folder), "%s/link.XXXXXX", bench.folder);
    if (!mkdtemp(folder))
        return EXIT_FAILURE;
    bench.folder = folder;
    socket_setup();
    int rc = make_keys(&bench);
    if (rc == 0)
        rc = run(&bench, argv + optind);
    keyring_destroy(&bench.keys);
    (void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return rc < 0 ? EXIT_FAILURE : 0;
}
