/* keys_test.c - files of keys, the folder of peers, and who is let in */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "folder.h"
#include "link/roll.h"
#include "link/zap.h"
#include "spec.h"

/* Two keys, as text. */
#define ONE  "11" REST
#define TWO  "22" REST
#define REST "223344556677889900aabbccddeeff00112233445566778899aabbccddeeff"

/* What was said to be wrong, last. */
struct wrong {
    char file[128], why[256];
    int line;
    unsigned count;
};

static void
note(void *arg, const char *file, int line, const char *why)
{
    struct wrong *self = arg;

    (void)snprintf(self->file, sizeof(self->file), "%s", file);
    (void)snprintf(self->why, sizeof(self->why), "%s", why);
    self->line = line;
    self->count++;
}

static struct roll *
read_roll(const struct folder *folder, struct wrong *wrong)
{
    struct roll *roll = NULL;

    ck_assert_int_eq(roll_read(folder->path, note, wrong, &roll), 0);
    return roll;
}

/* Reads one peer's text. */
static int
read_peer(const char *text, struct peer *peer, struct arena *memory,
          struct peer_wrong *wrong)
{
    return peer_read(peer, "/peers/web-1.pub", text, memory, wrong);
}

/* Keys ------------------------------------------------------------------- */

START_TEST(a_key_as_text_reads_back)
{
    struct keypair pair;
    uint8_t back[KEY_SIZE];
    char text[KEY_TEXT_SIZE];

    keypair_make(&pair);
    key_write(pair.public, text);
    ck_assert(key_read(text, back));
    ck_assert_mem_eq(back, pair.public, KEY_SIZE);
}
END_TEST

START_TEST(what_is_no_key_is_not_read)
{
    static const char *const texts[] = {
        "", "11", ONE "0", "zz" REST, "1 " REST, " " ONE,
    };
    uint8_t key[KEY_SIZE];

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        ck_assert_msg(!key_read(texts[i], key), "%s", texts[i]);
}
END_TEST

START_TEST(a_private_file_gives_both_keys)
{
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    struct keypair made, back;
    char key[KEY_TEXT_SIZE], text[256], why[256];

    keypair_make(&made);
    key_write(made.private, key);
    (void)snprintf(text, sizeof(text), "# a key\n\nprivate = %s\n", key);
    const char *path = folder_file(folder, "key", text);
    ck_assert_int_eq(chmod(path, 0600), 0);
    ck_assert_int_eq(keypair_read(path, why, sizeof(why), &back), 0);
    ck_assert_mem_eq(&back, &made, sizeof(made));
}
END_TEST

START_TEST(a_private_file_that_others_may_read_is_refused)
{
    static const mode_t modes[] = {0644, 0640, 0604, 0620, 0602, 0610};
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    const char *path = folder_file(folder, "key", "private = " ONE "\n");
    struct keypair pair;
    char why[256];

    for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
        ck_assert_int_eq(chmod(path, modes[i]), 0);
        ck_assert_int_eq(keypair_read(path, why, sizeof(why), &pair), -EPERM);
        ck_assert_ptr_nonnull(strstr(why, "chmod 600"));
    }
}
END_TEST

START_TEST(systemd_may_give_a_credential_to_the_group)
{
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    const char *path = folder_file(folder, "key", "private = " ONE "\n");
    struct keypair pair;
    char why[256];

    ck_assert_int_eq(chmod(path, 0440), 0);
    ck_assert_int_eq(setenv("CREDENTIALS_DIRECTORY", folder->path, 1), 0);
    ck_assert_int_eq(keypair_read(path, why, sizeof(why), &pair), 0);
    ck_assert_int_eq(chmod(path, 0444), 0);
    ck_assert_int_eq(keypair_read(path, why, sizeof(why), &pair), -EPERM);
    ck_assert_int_eq(unsetenv("CREDENTIALS_DIRECTORY"), 0);
}
END_TEST

START_TEST(what_is_no_private_key_is_refused)
{
    static const char *const texts[] = {
        "",
        "private\n",
        "private = 12\n",
        "key = " ONE "\n",
        "private = " ONE "\nprivate = " TWO "\n",
        ONE "\n",
    };
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    struct keypair pair;
    char why[256];

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        const char *path = folder_file(folder, "key", texts[i]);
        ck_assert_int_eq(chmod(path, 0600), 0);
        ck_assert_int_eq(keypair_read(path, why, sizeof(why), &pair), -EBADMSG);
    }
    ck_assert_int_eq(
        keypair_read(folder_path(folder, "none"), why, sizeof(why), &pair),
        -ENOENT);
    ck_assert_ptr_nonnull(strstr(why, "weir key"));
}
END_TEST

/* Peers ------------------------------------------------------------------ */

START_TEST(a_peer_has_a_key_names_rights_and_claims)
{
    weir_cleanup(arena_clear) struct arena memory = {0};
    weir_cleanup(peer_fini) struct peer peer = {0};
    struct peer_wrong wrong = {0};

    ck_assert_int_eq(read_peer("# one\nkey = " ONE "\n"
                               "name = web-1  web-1.example.net\n"
                               "rights = read write\n"
                               "claim instance = web-1(:[0-9]+)?\n",
                               &peer, &memory, &wrong),
                     0);
    ck_assert_str_eq(peer.key_text, ONE);
    ck_assert_str_eq(peer.name, "web-1");
    ck_assert(peer_is_called(&peer, "WEB-1.example.net"));
    ck_assert(!peer_is_called(&peer, "web-2"));
    ck_assert_uint_eq(peer.rights, PEER_WRITE | PEER_READ);
    ck_assert_uint_eq(peer.claim_count, 1);
}
END_TEST

START_TEST(a_peer_without_names_is_called_as_its_file_and_has_no_rights)
{
    weir_cleanup(arena_clear) struct arena memory = {0};
    weir_cleanup(peer_fini) struct peer peer = {0};
    struct peer_wrong wrong = {0};

    ck_assert_int_eq(read_peer("key=" ONE, &peer, &memory, &wrong), 0);
    ck_assert_str_eq(peer.name, "web-1");
    ck_assert_uint_eq(peer.rights, 0);
}
END_TEST

START_TEST(a_wrong_peer_is_told)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "no key"},
        {"rights = write\n", "no key"},
        {"key = 12\n", "64 hexadecimal"},
        {"key = " ONE "\nkey = " TWO "\n", "second key"},
        {"key = " ONE "\nrights = own\n", "\"write\", \"read\""},
        {"key = " ONE "\nname = a/b\n", "letters"},
        {"key = " ONE "\nname = a\nname = b\n", "second line of names"},
        {"key = " ONE "\nclaim a b = c\n", "claim LABEL"},
        {"key = " ONE "\nclaim a = (\n", "character"},
        {"key = " ONE "\nclaim a = b\nclaim a = c\n", "second claim"},
        {"key = " ONE "\nnonsense\n", "NAME = VALUE"},
        {"key = " ONE "\nright = write\n", "rights, claim"},
        {"key = " ONE "\nseries = 0\n", "from 1 to"},
        {"key = " ONE "\nlayouts = -1\n", "from 1 to"},
        {"key = " ONE "\nstreams = 5x\n", "from 1 to"},
        {"key = " ONE "\nconnections = 99999999999999999999\n", "from 1 to"},
        {"private = " ONE "\n", "private key"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        weir_cleanup(arena_clear) struct arena memory = {0};
        weir_cleanup(peer_fini) struct peer peer = {0};
        struct peer_wrong wrong = {0};
        ck_assert_int_eq(read_peer(cases[i].text, &peer, &memory, &wrong),
                         -EBADMSG);
        ck_assert_msg(strstr(wrong.why, cases[i].why), "%s: %s", cases[i].text,
                      wrong.why);
    }
}
END_TEST

START_TEST(a_label_that_is_not_the_peers_is_found)
{
    static const struct weir_metric metric = {"load", WEIR_GAUGE, "", ""};
    static const struct {
        struct weir_label labels[3];
        const char *foreign; /* the label, or NULL */
    } cases[] = {
        {{{0}}, NULL},
        {{{"disk", "any"}}, NULL},
        {{{"instance", "web-1"}}, NULL},
        {{{"instance", "web-1:80"}, {"job", "x"}}, NULL},
        {{{"instance", "web-11"}}, "instance"},
        {{{"instance", "xweb-1"}}, "instance"},
        {{{"instance", "web-1"}, {"team", "b"}}, "team"},
    };
    weir_cleanup(arena_clear) struct arena memory = {0};
    weir_cleanup(peer_fini) struct peer peer = {0};
    struct peer_wrong wrong = {0};

    ck_assert_int_eq(read_peer("key = " ONE "\nclaim team = a\n"
                               "claim instance = web-1(:[0-9]+)?\n",
                               &peer, &memory, &wrong),
                     0);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct weir_series series = {&metric, "", cases[i].labels};
        const struct weir_label *label = peer_overclaims(&peer, &series);
        ck_assert_pstr_eq(label ? label->name : NULL, cases[i].foreign);
    }
}
END_TEST

/* The folder ------------------------------------------------------------- */

START_TEST(a_roll_finds_peers_by_key_and_by_name)
{
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    struct wrong wrong = {0};

    (void)folder_file(folder, "two.pub", "key = " TWO "\nname = b ::1\n");
    (void)folder_file(folder, "one.pub", "key = " ONE "\nname = a b\n");
    (void)folder_file(folder, "one.pub~", "an editor's copy");
    (void)folder_file(folder, ".one.pub", "another's");
    weir_cleanup(roll_release) struct roll *roll = read_roll(folder, &wrong);
    ck_assert_uint_eq(roll_count(roll), 2);
    ck_assert_uint_eq(wrong.count, 0);
    ck_assert_str_eq(roll_find_text(roll, TWO)->name, "b");
    ck_assert_ptr_null(roll_find_text(roll, "33" REST));
    ck_assert_ptr_null(roll_find_text(roll, "none"));
    ck_assert_str_eq(roll_find_name(roll, "a", 7)->key_text, ONE);
    ck_assert_str_eq(roll_find_name(roll, "[::1]", 0)->key_text, TWO);
    ck_assert_str_eq(roll_find_name(roll, "b", 0)->key_text, ONE);
    ck_assert_str_eq(roll_find_name(roll, "b", 1)->key_text, TWO);
    ck_assert_str_eq(roll_find_name(roll, "b", 2)->key_text, ONE);
    ck_assert_ptr_null(roll_find_name(roll, "c", 0));
}
END_TEST

START_TEST(a_roll_leaves_wrong_files_out_and_tells_them)
{
    static const struct {
        const char *text;
        mode_t mode;
        const char *why;
    } cases[] = {
        {"key = 1\n", 0644, "64 hexadecimal"},
        {"key = " TWO "\n", 0666, "chmod 644"},
        {"key = " TWO "\n", 0664, "chmod 644"},
        {"key = " ONE "\n", 0644, "one.pub already"},
        {"\001", 0644, "no text"},
    };
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();

    (void)folder_file(folder, "one.pub", "key = " ONE "\n");
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct wrong wrong = {0};
        const char *path = folder_file(folder, "two.pub", cases[i].text);
        ck_assert_int_eq(chmod(path, cases[i].mode), 0);
        weir_cleanup(roll_release) struct roll *roll =
            read_roll(folder, &wrong);
        ck_assert_uint_eq(roll_count(roll), 1);
        ck_assert_uint_eq(wrong.count, 1);
        ck_assert_msg(strstr(wrong.why, cases[i].why), "%s", wrong.why);
    }
}
END_TEST

START_TEST(a_folder_that_others_may_write_to_is_refused)
{
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    struct roll *roll = NULL;
    struct wrong wrong = {0};

    ck_assert_int_eq(chmod(folder->path, 0777), 0);
    ck_assert_int_eq(roll_read(folder->path, note, &wrong, &roll), -EPERM);
    ck_assert_int_eq(roll_read("/nowhere/at/all", note, &wrong, &roll),
                     -ENOENT);
    ck_assert_ptr_null(roll);
}
END_TEST

START_TEST(a_stamp_tells_that_a_file_came_went_or_changed)
{
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();

    uint64_t none = roll_stamp(folder->path);
    (void)folder_file(folder, "one.pub", "key = " ONE "\n");
    uint64_t one = roll_stamp(folder->path);
    ck_assert_uint_eq(one, roll_stamp(folder->path));
    ck_assert_int_eq(chmod(folder_path(folder, "one.pub"), 0600), 0);
    uint64_t other_mode = roll_stamp(folder->path);
    (void)folder_file(folder, "two.pub", "key = " TWO "\n");
    uint64_t two = roll_stamp(folder->path);
    ck_assert_int_eq(unlink(folder_path(folder, "two.pub")), 0);
    ck_assert_uint_ne(none, one);
    ck_assert_uint_ne(one, other_mode);
    ck_assert_uint_ne(other_mode, two);
    ck_assert_uint_ne(two, roll_stamp(folder->path));
    ck_assert_uint_eq(roll_stamp("/nowhere/at/all"), 0);
}
END_TEST

START_TEST(a_roll_says_whether_all_who_had_rights_have_some_still)
{
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    struct wrong wrong = {0};

    (void)folder_file(folder, "one.pub", "key = " ONE "\nrights = write\n");
    weir_cleanup(roll_release) struct roll *before = read_roll(folder, &wrong);
    (void)folder_file(folder, "one.pub", "key = " ONE "\nrights = read\n");
    weir_cleanup(roll_release) struct roll *other = read_roll(folder, &wrong);
    (void)folder_file(folder, "one.pub", "key = " ONE "\n");
    weir_cleanup(roll_release) struct roll *none = read_roll(folder, &wrong);
    weir_cleanup(roll_release) struct roll *nobody = roll_new();
    ck_assert(roll_keeps(other, before));
    ck_assert(!roll_keeps(none, before));
    ck_assert(!roll_keeps(nobody, before));
    ck_assert(roll_keeps(nobody, none));
}
END_TEST

/* Who is let in ---------------------------------------------------------- */

/* A request as libzmq makes it, with a key. */
struct request {
    struct zap_part parts[ZAP_PARTS];
    uint8_t key[KEY_SIZE];
};

static struct zap_part
part_of(const char *text)
{
    return (struct zap_part){text, strlen(text)};
}

static void
request_init(struct request *self, const char *key)
{
    static const char *const texts[] = {"1.0",       "1", "weir",
                                        "127.0.0.1", "",  "CURVE"};

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        self->parts[i] = part_of(texts[i]);
    ck_assert(key_read(key, self->key));
    self->parts[ZAP_PARTS - 1] = (struct zap_part){self->key, KEY_SIZE};
}

/* A roll of one with rights, and two without. */
static struct roll *
roll_of_two(struct folder *folder)
{
    struct wrong wrong = {0};

    (void)folder_file(folder, "one.pub", "key = " ONE "\nrights = read\n");
    (void)folder_file(folder, "two.pub", "key = " TWO "\n");
    return read_roll(folder, &wrong);
}

START_TEST(whoever_has_a_key_with_rights_is_let_in)
{
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    weir_cleanup(roll_release) struct roll *roll = roll_of_two(folder);
    struct request request;

    request_init(&request, ONE);
    struct zap_verdict verdict = zap_judge(roll, request.parts, ZAP_PARTS);
    ck_assert_int_eq(verdict.code, 200);
    ck_assert_str_eq(verdict.peer->name, "one");
    ck_assert_str_eq(verdict.key_text, ONE);
    ck_assert_str_eq(verdict.address, "127.0.0.1");
}
END_TEST

START_TEST(nobody_else_is_let_in)
{
    static const struct {
        const char *key;
        size_t part;      /* that is another one; 0: none */
        const char *text; /* instead */
        size_t count;
        int code;
    } cases[] = {
        {TWO, 0, NULL, ZAP_PARTS, 400},
        {"33" REST, 0, NULL, 7, 400},
        {ONE, 2, "", ZAP_PARTS, 400},
        {ONE, 2, "other", 7, 400},
        {ONE, 5, "NULL", ZAP_PARTS, 400},
        {ONE, 5, "PLAIN", 7, 400},
        {ONE, 5, "CURV", ZAP_PARTS, 400},
        {ONE, 5, "NULL", 6, 400},
        {ONE, 6, "short", ZAP_PARTS, 400},
        {ONE, 0, NULL, 6, 400},
        {ONE, 0, NULL, 5, 0},
        {ONE, 0, NULL, 0, 0},
    };
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    weir_cleanup(roll_release) struct roll *roll = roll_of_two(folder);

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct request request;
        request_init(&request, cases[i].key);
        if (cases[i].part)
            request.parts[cases[i].part] = part_of(cases[i].text);
        struct zap_verdict verdict =
            zap_judge(roll, request.parts, cases[i].count);
        ck_assert_int_eq(verdict.code, cases[i].code);
    }
}
END_TEST

START_TEST(a_request_of_another_version_is_not_answered)
{
    weir_cleanup(roll_release) struct roll *roll = roll_new();
    struct request request;

    request_init(&request, ONE);
    request.parts[0] = part_of("2.0");
    ck_assert_int_eq(zap_judge(roll, request.parts, ZAP_PARTS).code, 0);
}
END_TEST

SPEC("Keys", a_key_as_text_reads_back, what_is_no_key_is_not_read,
     a_private_file_gives_both_keys,
     a_private_file_that_others_may_read_is_refused,
     systemd_may_give_a_credential_to_the_group,
     what_is_no_private_key_is_refused,
     a_peer_has_a_key_names_rights_and_claims,
     a_peer_without_names_is_called_as_its_file_and_has_no_rights,
     a_wrong_peer_is_told, a_label_that_is_not_the_peers_is_found,
     a_roll_finds_peers_by_key_and_by_name,
     a_roll_leaves_wrong_files_out_and_tells_them,
     a_folder_that_others_may_write_to_is_refused,
     a_stamp_tells_that_a_file_came_went_or_changed,
     a_roll_says_whether_all_who_had_rights_have_some_still,
     whoever_has_a_key_with_rights_is_let_in, nobody_else_is_let_in,
     a_request_of_another_version_is_not_answered)
