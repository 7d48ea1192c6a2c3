/* pattern_test.c - which regular expressions are none, in the words of influxd
 * 1.6.7
 */
#include <config.h>

#include "parse_rows.h"

START_TEST(refuses_patterns_as_go_does)
{
    static const struct row rows[] = {
        {"SELECT a FROM m WHERE b =~ /a*?/",
         "SELECT a from <m> where b =~ /a*?/ ;"},
        {"SELECT a FROM m WHERE b =~ /a*?*/",
         "error parsing regexp: invalid nested repetition operator: `*?*` at "
         "line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /a+*/",
         "error parsing regexp: invalid nested repetition operator: `+*` at "
         "line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /(a/",
         "error parsing regexp: missing closing ): `(a` at line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /a)/",
         "error parsing regexp: unexpected ): `a)` at line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /((a)/",
         "error parsing regexp: missing closing ): `((a)` at line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /(?:a/",
         "error parsing regexp: missing closing ): `(?:a` at line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /(?i)a/",
         "SELECT a from <m> where b =~ /(?i)a/ ;"},
        {"SELECT a FROM m WHERE b =~ /(?i:a)/",
         "SELECT a from <m> where b =~ /(?i:a)/ ;"},
        {"SELECT a FROM m WHERE b =~ /(?i/",
         "error parsing regexp: invalid or unsupported Perl syntax: `(?i` at "
         "line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /(?P<n>a)/",
         "SELECT a from <m> where b =~ /(?P<n>a)/ ;"},
        {"SELECT a FROM m WHERE b =~ /(?P<n!>a)/",
         "error parsing regexp: invalid named capture: `(?P<n!>` at line 1, "
         "char 27"},
        {"SELECT a FROM m WHERE b =~ /(?P<>a)/",
         "error parsing regexp: invalid named capture: `(?P<>` at line 1, char "
         "27"},
        {"SELECT a FROM m WHERE b =~ /(?<n>a)/",
         "error parsing regexp: invalid or unsupported Perl syntax: `(?<` at "
         "line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /(?=a)/",
         "error parsing regexp: invalid or unsupported Perl syntax: `(?=` at "
         "line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /(?#a)/",
         "error parsing regexp: invalid or unsupported Perl syntax: `(?#` at "
         "line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /[a/",
         "error parsing regexp: missing closing ]: `[a` at line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /[]a]/",
         "SELECT a from <m> where b =~ /[]a]/ ;"},
        {"SELECT a FROM m WHERE b =~ /[^]a]/",
         "SELECT a from <m> where b =~ /[^]a]/ ;"},
        {"SELECT a FROM m WHERE b =~ /[]/",
         "error parsing regexp: missing closing ]: `[]` at line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /[^]/",
         "error parsing regexp: missing closing ]: `[^]` at line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /[a-z]/",
         "SELECT a from <m> where b =~ /[a-z]/ ;"},
        {"SELECT a FROM m WHERE b =~ /[z-a]/",
         "error parsing regexp: invalid character class range: `z-a` at line "
         "1, char 27"},
        {"SELECT a FROM m WHERE b =~ /[a-]/",
         "SELECT a from <m> where b =~ /[a-]/ ;"},
        {"SELECT a FROM m WHERE b =~ /[[:alpha:]]/",
         "SELECT a from <m> where b =~ /[[:alpha:]]/ ;"},
        {"SELECT a FROM m WHERE b =~ /[[:^alpha:]]/",
         "SELECT a from <m> where b =~ /[[:^alpha:]]/ ;"},
        {"SELECT a FROM m WHERE b =~ /[:alpha:]/",
         "SELECT a from <m> where b =~ /[:alpha:]/ ;"},
        {"SELECT a FROM m WHERE b =~ /[\\d]/",
         "SELECT a from <m> where b =~ /[\\d]/ ;"},
        {"SELECT a FROM m WHERE b =~ /[\\q]/",
         "error parsing regexp: invalid escape sequence: `\\q` at line 1, char "
         "27"},
        {"SELECT a FROM m WHERE b =~ /\\d\\w\\s\\b\\B\\A\\z/",
         "SELECT a from <m> where b =~ /\\d\\w\\s\\b\\B\\A\\z/ ;"},
        {"SELECT a FROM m WHERE b =~ /\\q/",
         "error parsing regexp: invalid escape sequence: `\\q` at line 1, char "
         "27"},
        {"SELECT a FROM m WHERE b =~ /\\1/",
         "error parsing regexp: invalid escape sequence: `\\1` at line 1, char "
         "27"},
        {"SELECT a FROM m WHERE b =~ /\\12/",
         "SELECT a from <m> where b =~ /\\12/ ;"},
        {"SELECT a FROM m WHERE b =~ /\\8/",
         "error parsing regexp: invalid escape sequence: `\\8` at line 1, char "
         "27"},
        {"SELECT a FROM m WHERE b =~ /\\0/",
         "SELECT a from <m> where b =~ /\\0/ ;"},
        {"SELECT a FROM m WHERE b =~ /\\x41/",
         "SELECT a from <m> where b =~ /\\x41/ ;"},
        {"SELECT a FROM m WHERE b =~ /\\x{41}/",
         "SELECT a from <m> where b =~ /\\x{41}/ ;"},
        {"SELECT a FROM m WHERE b =~ /\\pL/",
         "SELECT a from <m> where b =~ /\\pL/ ;"},
        {"SELECT a FROM m WHERE b =~ /\\p{Greek}/",
         "SELECT a from <m> where b =~ /\\p{Greek}/ ;"},
        {"SELECT a FROM m WHERE b =~ /\\Qa*/",
         "SELECT a from <m> where b =~ /\\Qa*/ ;"},
        {"SELECT a FROM m WHERE b =~ /\\Q)\\E*/",
         "SELECT a from <m> where b =~ /\\Q)\\E*/ ;"},
        {"SELECT a FROM m WHERE b =~ /a{2}/",
         "SELECT a from <m> where b =~ /a{2}/ ;"},
        {"SELECT a FROM m WHERE b =~ /a{2,}/",
         "SELECT a from <m> where b =~ /a{2,}/ ;"},
        {"SELECT a FROM m WHERE b =~ /a{2,3}/",
         "SELECT a from <m> where b =~ /a{2,3}/ ;"},
        {"SELECT a FROM m WHERE b =~ /a{,3}/",
         "SELECT a from <m> where b =~ /a{,3}/ ;"},
        {"SELECT a FROM m WHERE b =~ /a{/",
         "SELECT a from <m> where b =~ /a{/ ;"},
        {"SELECT a FROM m WHERE b =~ /a{2/",
         "SELECT a from <m> where b =~ /a{2/ ;"},
        {"SELECT a FROM m WHERE b =~ /{2}/",
         "error parsing regexp: missing argument to repetition operator: `{2}` "
         "at line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /a{2}{3}/",
         "error parsing regexp: invalid nested repetition operator: `{2}{3}` "
         "at line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /a{2}*/",
         "error parsing regexp: invalid nested repetition operator: `{2}*` at "
         "line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /a{1001}/",
         "error parsing regexp: invalid repeat count: `{1001}` at line 1, char "
         "27"},
        {"SELECT a FROM m WHERE b =~ /a{0,1001}/",
         "error parsing regexp: invalid repeat count: `{0,1001}` at line 1, "
         "char 27"},
        {"SELECT a FROM m WHERE b =~ /a{3,2}/",
         "error parsing regexp: invalid repeat count: `{3,2}` at line 1, char "
         "27"},
        {"SELECT a FROM m WHERE b =~ /|a/",
         "SELECT a from <m> where b =~ /|a/ ;"},
        {"SELECT a FROM m WHERE b =~ /a|/",
         "SELECT a from <m> where b =~ /a|/ ;"},
        {"SELECT a FROM m WHERE b =~ /()/",
         "SELECT a from <m> where b =~ /()/ ;"},
        {"SELECT a FROM m WHERE b =~ /()*/",
         "SELECT a from <m> where b =~ /()*/ ;"},
        {"SELECT a FROM m WHERE b =~ /(|*)/",
         "error parsing regexp: missing argument to repetition operator: `*` "
         "at line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /^*/",
         "SELECT a from <m> where b =~ /^*/ ;"},
        {"SELECT a FROM m WHERE b =~ /$*/",
         "SELECT a from <m> where b =~ /$*/ ;"},
        {"SELECT a FROM m WHERE b =~ /.*/",
         "SELECT a from <m> where b =~ /.*/ ;"},
        {"SELECT a FROM m WHERE b =~ /a**?/",
         "error parsing regexp: invalid nested repetition operator: `**?` at "
         "line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /\xc3\xa9+/",
         "SELECT a from <m> where b =~ /\xc3\xa9+/ ;"},
        {"SELECT a FROM m WHERE b =~ /[\xc3\xa9-a]/",
         "error parsing regexp: invalid character class range: `\xc3\xa9-a` at "
         "line 1, char 27"},
        {"SELECT a FROM m WHERE b =~ /\\./",
         "SELECT a from <m> where b =~ /\\./ ;"},
        {"SELECT a FROM m WHERE b =~ /\\-/",
         "SELECT a from <m> where b =~ /\\-/ ;"},
        {"SELECT a FROM m WHERE b =~ /\\C/",
         "error parsing regexp: invalid escape sequence: `\\C` at line 1, char "
         "27"},
        {"SELECT a FROM m WHERE b =~ /\\Z/",
         "error parsing regexp: invalid escape sequence: `\\Z` at line 1, char "
         "27"},
        {"SELECT a FROM m WHERE b =~ /(?i-s)a/",
         "SELECT a from <m> where b =~ /(?i-s)a/ ;"},
        {"SELECT a FROM m WHERE b =~ /(?i)*/",
         "error parsing regexp: missing argument to repetition operator: `*` "
         "at line 1, char 27"},
        {"SELECT value FROM cpu WHERE host =~ /a/",
         "SELECT value from <cpu> where host =~ /a/ ;"},
        {"SELECT value FROM cpu WHERE host =~ /a",
         "bad regex:  at line 1, char 36"},
        {"SELECT value FROM cpu WHERE host =~ /(/",
         "error parsing regexp: missing closing ): `(` at line 1, char 36"},
        {"SELECT value FROM cpu WHERE host =~ /)/",
         "error parsing regexp: unexpected ): `)` at line 1, char 36"},
        {"SELECT value FROM cpu WHERE host =~ /[/",
         "error parsing regexp: missing closing ]: `[` at line 1, char 36"},
        {"SELECT value FROM cpu WHERE host =~ /*/",
         "error parsing regexp: missing argument to repetition operator: `*` "
         "at line 1, char 36"},
        {"SELECT value FROM cpu WHERE host =~ /a**/",
         "error parsing regexp: invalid nested repetition operator: `**` at "
         "line 1, char 36"},
        {"SELECT value FROM cpu WHERE host =~ /a{2,1}/",
         "error parsing regexp: invalid repeat count: `{2,1}` at line 1, char "
         "36"},
        {"SELECT value FROM cpu WHERE host =~ /\\8/",
         "error parsing regexp: invalid escape sequence: `\\8` at line 1, char "
         "36"},
        {"SELECT value FROM cpu WHERE host =~ /(?!a)/",
         "error parsing regexp: invalid or unsupported Perl syntax: `(?!` at "
         "line 1, char 36"},
        {"SELECT value FROM cpu WHERE host =~ /(?P<n/",
         "error parsing regexp: invalid named capture: `(?P<n` at line 1, char "
         "36"},
        {"SELECT value FROM cpu WHERE host =~ /[b-a]/",
         "error parsing regexp: invalid character class range: `b-a` at line "
         "1, char 36"},
        {"SELECT value FROM cpu WHERE host =~ /[[:foo:]]/",
         "error parsing regexp: invalid character class range: `[:foo:]` at "
         "line 1, char 36"},
        {"SELECT value FROM cpu WHERE host =~ /a{1001}/",
         "error parsing regexp: invalid repeat count: `{1001}` at line 1, char "
         "36"},
        {"SELECT value FROM cpu WHERE host =~ /+/",
         "error parsing regexp: missing argument to repetition operator: `+` "
         "at line 1, char 36"},
        {"SELECT value FROM cpu WHERE host =~ /a|*/",
         "error parsing regexp: missing argument to repetition operator: `*` "
         "at line 1, char 36"},
        {"SELECT value FROM cpu WHERE host =~ /?/",
         "error parsing regexp: missing argument to repetition operator: `?` "
         "at line 1, char 36"},
        {"SELECT value FROM cpu WHERE host =~ /(*)/",
         "error parsing regexp: missing argument to repetition operator: `*` "
         "at line 1, char 36"},
        {"SELECT value FROM cpu WHERE host =~ /^*/",
         "SELECT value from <cpu> where host =~ /^*/ ;"},
        {"SELECT value FROM cpu WHERE host =~ /\\z\\Q*\\E/",
         "SELECT value from <cpu> where host =~ /\\z\\Q*\\E/ ;"},
    };

    expect(rows, ARRAY_SIZE(rows));
}
END_TEST

SPEC("influxql patterns", refuses_patterns_as_go_does)
