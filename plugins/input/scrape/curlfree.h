/* curlfree.h - what libcurl gave, freed at the end of a block; for
 * weir_cleanup() */
#ifndef CURLFREE_H
#define CURLFREE_H

#include <curl/curl.h>

static inline void
curlfree_text(char **text_p)
{
    curl_free(*text_p);
}

static inline void
curlfree_url(CURLU **url_p)
{
    curl_url_cleanup(*url_p);
}

#endif /* CURLFREE_H */
