/* lettercase.c - texts in small or capital letters; see lettercase.h */
#include <config.h>

#include "lettercase.h"

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

/* Writes the character at 'text' changed, and returns its bytes. */
static size_t
put_changed(const char *text, enum lettercase to, FILE *out)
{
    wchar_t given = 0;
    char bytes[MB_LEN_MAX];
    mbstate_t read = {0}, written = {0};

    size_t length = mbrtowc(&given, text, strlen(text), &read);
    if (length == 0 || length > MB_LEN_MAX) {
        (void)fputc(*text, out);
        return 1;
    }
    wint_t changed = to == LETTERCASE_LOWER ? towlower((wint_t)given)
                                            : towupper((wint_t)given);
    size_t size = wcrtomb(bytes, (wchar_t)changed, &written);
    (void)fwrite(bytes, 1, size <= sizeof(bytes) ? size : 0, out);
    return length;
}

/* The locale is this thread's, and only for the while.  Where there is none for
 * UTF-8, only ASCII has letters. */
char *
lettercase_change(const char *text, enum lettercase to)
{
    char *result = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&result, &size);

    if (!out)
        return NULL;
    locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = unicode ? uselocale(unicode) : (locale_t)0;
    while (*text)
        text += put_changed(text, to, out);
    if (unicode) {
        (void)uselocale(before);
        freelocale(unicode);
    }
    if (fclose(out) != 0) {
        free(result);
        return NULL;
    }
    return result;
}
