/* parse_bound.c - what $name stands for; see parse_inner.h */
#include <config.h>

#include "parse_inner.h"

#include <errno.h>

#include "base.h"

static const char *
type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
        return "<nil>";
    case JSON_ARRAY:
        return "[]interface {}";
    default:
        return "map[string]interface {}";
    }
}

int
parse_params(struct parser *self, const char *params)
{
    json_error_t error;

    if (!params || !*params)
        return 0;
    self->params =
        json_loads(params, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &error);
    if (!self->params) {
        (void)parse_refuse(self, "error parsing query parameters: %s",
                           json_error_code(&error) ==
                                   json_error_premature_end_of_input
                               ? "unexpected EOF"
                               : error.text);
        return -EBADMSG;
    }
    if (json_is_null(self->params) || json_is_object(self->params))
        return 0;
    (void)parse_refuse(
        self,
        "error parsing query parameters: json: cannot unmarshal %s into Go "
        "value of type map[string]interface {}",
        json_is_string(self->params)    ? "string"
        : json_is_array(self->params)   ? "array"
        : json_is_boolean(self->params) ? "bool"
                                        : "number");
    return -EBADMSG;
}

/* How a parameter {"kind": value} is to be read. */
enum bound {
    BOUND_IDENT,
    BOUND_PATTERN,
    BOUND_STRING,
    BOUND_NUMBER,
    BOUND_INTEGER,
    BOUND_DURATION
};

static const struct {
    const char *name;
    enum bound bound;
    enum token_kind kind;
    const char *wrong;
} kinds[] = {
    {"ident", BOUND_IDENT, TOKEN_IDENT, "identifier must be a string value"},
    {"identifier", BOUND_IDENT, TOKEN_IDENT,
     "identifier must be a string value"},
    {"regex", BOUND_PATTERN, TOKEN_PATTERN,
     "regex literal must be a string value"},
    {"string", BOUND_STRING, TOKEN_STRING,
     "string literal must be a string value"},
    {"float", BOUND_NUMBER, TOKEN_NUMBER,
     "number literal must be a float value"},
    {"number", BOUND_NUMBER, TOKEN_NUMBER,
     "number literal must be a float value"},
    {"int", BOUND_INTEGER, TOKEN_INTEGER,
     "integer literal must be an integer value"},
    {"integer", BOUND_INTEGER, TOKEN_INTEGER,
     "integer literal must be an integer value"},
    {"duration", BOUND_DURATION, TOKEN_DURATION,
     "duration literal must be a string or integer value"},
};

/* The shortest text without an exponent that is read as 'number' again. */
static const char *
number_text(struct parser *self, double number)
{
    char text[400];

    for (int places = 0; places <= 340; places++) {
        (void)snprintf(text, sizeof(text), "%.*f", places, number);
        if (strtod(text, NULL) == number)
            break;
    }
    return arena_text(&self->tree->arena, text);
}

static bool
put(struct token *token, enum token_kind kind, const char *text)
{
    token->kind = kind;
    token->text = text;
    return true;
}

/* Puts in what a JSON value is by itself. */
static bool
put_plain(struct parser *self, const json_t *value, struct token *token)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return put(token, TOKEN_STRING,
                   arena_text(&self->tree->arena, json_string_value(value)));
    case JSON_INTEGER:
        return put(
            token, TOKEN_INTEGER,
            parse_text(self, "%lld", (long long)json_integer_value(value)));
    case JSON_REAL:
        return put(token, TOKEN_NUMBER,
                   number_text(self, json_real_value(value)));
    case JSON_TRUE:
        return put(token, TOKEN_TRUE, NULL);
    case JSON_FALSE:
        return put(token, TOKEN_FALSE, NULL);
    default:
        return false;
    }
}

static bool
fits(enum bound bound, const json_t *value)
{
    switch (bound) {
    case BOUND_NUMBER:
        return json_is_number(value);
    case BOUND_INTEGER:
        return json_is_integer(value);
    case BOUND_DURATION:
        return json_is_string(value) || json_is_integer(value);
    default:
        return json_is_string(value);
    }
}

/* Puts in a value that says its kind.  Returns NULL, or what is wrong. */
static const char *
put_kind(struct parser *self, const char *name, const json_t *value,
         struct token *token)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        if (strcmp(name, kinds[i].name) != 0)
            continue;
        if (!fits(kinds[i].bound, value))
            return kinds[i].wrong;
        (void)put_plain(self, value, token);
        if (kinds[i].bound == BOUND_DURATION && json_is_integer(value))
            token->text = parse_text(self, "%sns", token->text);
        token->kind = kinds[i].kind;
        return NULL;
    }
    return parse_text(self, "unknown bind object type: %s", name);
}

/* Puts in the value.  Returns NULL, or what is wrong. */
static const char *
bind(struct parser *self, json_t *value, struct token *token)
{
    if (put_plain(self, value, token))
        return NULL;
    if (!json_is_object(value))
        return parse_text(self, "unable to bind parameter with type %s",
                          type_name(value));
    if (json_object_size(value) != 1)
        return "bound object parameter value must have exactly one entry";
    void *only = json_object_iter(value);
    return put_kind(self, json_object_iter_key(only),
                    json_object_iter_value(only), token);
}

void
parse_bind(struct parser *self, struct token *token)
{
    json_t *value = json_object_get(self->params, token->text + 1);

    if (token->text[1] && value) {
        const char *wrong = bind(self, value, token);
        if (wrong)
            token->text = wrong;
    }
}

int
parse_unbound(struct parser *self, const struct token *token)
{
    if (token->text[0] != '$')
        return parse_refuse(self, "missing parameter: %s", token->text);
    if (!token->text[1])
        return parse_refuse(self, "empty bound parameter");
    return parse_refuse(self, "missing parameter: %s", token->text + 1);
}
