/* kube_access.c - where Kubernetes' API is; see kube_access.h */
#include <config.h>

#include "kube_access.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *
kube_access_api(const struct kube_option *option)
{
    const char *host = getenv("KUBERNETES_SERVICE_HOST");
    const char *port = getenv("KUBERNETES_SERVICE_PORT");
    bool is_six = host && strchr(host, ':');
    size_t length = strlen(option->api);
    char *api = NULL;

    while (length > 0 && option->api[length - 1] == '/')
        length--;
    if (length > 0)
        return strndup(option->api, length);
    if (asprintf(&api, "https://%s%s%s:%s", is_six ? "[" : "",
                 host ? host : "kubernetes.default.svc", is_six ? "]" : "",
                 port ? port : "443") < 0)
        return NULL;
    return api;
}
