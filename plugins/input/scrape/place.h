/* place.h - where a target is: what the user wrote, taken apart */
#ifndef PLACE_H
#define PLACE_H

struct place {
    char *url;      /* whole, such as "http://127.0.0.1:9100/metrics" */
    char *instance; /* host and port, such as "127.0.0.1:9100" */
};

/* Reads "127.0.0.1:9100" or "https://a.example/some/metrics": http and 'path'
 * where nothing else is said, and the scheme's port.  Returns 0, or -EINVAL
 * with what is wrong in '*ret_why', or -ENOMEM. */
int place_init(struct place *self, const char *text, const char *path,
               const char **ret_why);

/* Frees it; it is empty then. */
void place_fini(struct place *self);

#endif /* PLACE_H */
