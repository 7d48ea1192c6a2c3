/* kube_access.h - where Kubernetes' API is, and who asks */
#ifndef KUBE_ACCESS_H
#define KUBE_ACCESS_H

#include "kube.h"

enum { KUBE_TOKEN_SIZE = 16384 };

/* Returns the URL of the API without a final '/', freed by the caller: the
 * option's, or what the environment of a cluster says.  NULL: no memory. */
char *kube_access_api(const struct kube_option *option);

/* Reads the token, which may change at any time; "" when there is none.
 * Returns 0, -EBADMSG when it is more than a line, or what weir_read_file()
 * returns. */
int kube_access_token(const struct kube_option *option,
                      char token[KUBE_TOKEN_SIZE]);

#endif /* KUBE_ACCESS_H */
