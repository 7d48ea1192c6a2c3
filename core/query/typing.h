/* query/typing.h - the type check of a question */
#ifndef QUERY_TYPING_H
#define QUERY_TYPING_H

#include "query/parser_inner.h"

/* Checks 'expression' and all that is in it.  Returns false, after
 * parser_refuse(), at the first mistake. */
bool typing_check(struct parser *parser, const struct expression *expression);

#endif /* QUERY_TYPING_H */
