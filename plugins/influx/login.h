/* login.h - who may come in, as InfluxDB's clients say who they are
 *
 * By the parameters u and p, by basic authentication, or by a "Token
 * user:password".  Without a name nobody is asked: what clients say of
 * themselves is then passed over.  Pure; any thread.
 */
#ifndef INFLUX_LOGIN_H
#define INFLUX_LOGIN_H

#include <weir/plugin.h>

/* Options of a plugin that asks: 'self' has 'username' and 'password'. */
#define LOGIN_OPTIONS(self)                                              \
    WEIR_TEXT(self, username, "", "Who may come in; \"\" for anybody."), \
        WEIR_SECRET(self, password, "", "What he has to know.")

/* Returns 0, or -EINVAL with the reason kept for 'instance', when only one of
 * the two is set. */
int login_check_options(void *instance, const char *username,
                        const char *password);

/* Returns 0 when the client may come in, else -EACCES and InfluxDB's words for
 * it in '*reterr_why'. */
int login_check(const char *username, const char *password,
                const struct weir_request *request, const char **reterr_why);

#endif /* INFLUX_LOGIN_H */
