/* section.c - the settings of one statement: from text into structs */
#include <config.h>

#include "section.h"

#include <confuse.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "series.h"
#include "survey.h"

/* What libconfuse calls an error with, and what to do. */
static const struct {
    const char *start;
    const char *advice;
} advices[] = {
    {"unexpected token", "is a comma or a quote missing before?"},
    {"missing equal sign", "write NAME = VALUE"},
    {"no such option", "remove it, or write NAME = VALUE"},
    {"premature end of file", "a value is missing"},
    {"unexpected closing brace", "remove it, or add the { before"},
    {"bad escape", "write \\\\ for a backslash"},
    {"invalid octal", "write \\\\ for a backslash"},
    {"", "write NAME = VALUE or NAME { ... }"},
};

/* A section with its survey and what libconfuse made of it. */
struct reading {
    struct survey survey;
    cfg_t *root;
    cfg_t **sections; /* [block_count]; NULL where the parse did not come */
    char **memories;  /* [block_count]: where a block's options land */
};

/* The first option of each table carries the reading, as libconfuse gives its
 * error function no argument; a line's end cannot be in a name. */
static cfg_opt_t
carrier(struct reading *self)
{
    cfg_opt_t option = CFG_STR("\n", NULL, CFGF_NODEFAULT);

    option.def.number = (long)(intptr_t)self;
    return option;
}

static void __attribute__((format(printf, 2, 0)))
complain(cfg_t *cfg, const char *format, va_list values)
{
    struct reading *self =
        (struct reading *)(intptr_t)cfg->opts[0].def.number; // NOLINT
    char text[256];
    size_t nth = 0;

    (void)vsnprintf(text, sizeof(text), format, values);
    while (strncmp(text, advices[nth].start, strlen(advices[nth].start)) != 0)
        nth++;
    survey_fail(&self->survey, cfg->line, "%s; %s", text, advices[nth].advice);
}

/* Every label of the section may stand in each map: libconfuse's own way of
 * open names complains of each. */
static cfg_opt_t *
make_labels(struct reading *self)
{
    const struct survey *survey = &self->survey;
    cfg_opt_t *options = arena_alloc(
        &self->survey.scratch, (survey->setting_count + 2) * sizeof(*options));
    size_t count = 0;

    options[count++] = carrier(self);
    for (size_t i = 0; i < survey->setting_count; i++)
        if (!survey->settings[i].option)
            options[count++] = (cfg_opt_t)CFG_STR(survey->settings[i].name,
                                                  NULL, CFGF_NODEFAULT);
    options[count] = (cfg_opt_t)CFG_END();
    return options;
}

static size_t
count_options(const struct weir_option *options)
{
    size_t count = 0;

    while (options && options[count].name)
        count++;
    return count;
}

/* All values are texts to libconfuse: its own numbers know no units, take 010
 * for 8 and "" for 0.  As deep as the plugin's tables are. */
static cfg_opt_t *
make_options(struct reading *self, // NOLINT(misc-no-recursion)
             const struct section_part *parts, size_t part_count)
{
    size_t count = 0;

    for (size_t i = 0; i < part_count; i++)
        count += count_options(parts[i].options);
    cfg_opt_t *made =
        arena_alloc(&self->survey.scratch, (count + 2) * sizeof(*made));
    cfg_opt_t *next = made;

    *next++ = carrier(self);
    for (size_t i = 0; i < part_count; i++)
        for (const struct weir_option *o = parts[i].options; o && o->name;
             o++, next++) {
            struct section_part inner = {.options = o->options};
            if (o->type == WEIR_OPTION_MAP)
                *next = (cfg_opt_t)CFG_SEC(o->name, make_labels(self), 0);
            else if (o->type == WEIR_OPTION_BLOCKS)
                *next = (cfg_opt_t)CFG_SEC(
                    o->name, make_options(self, &inner, 1), CFGF_MULTI);
            else if (o->type == WEIR_OPTION_LIST)
                *next = (cfg_opt_t)CFG_STR_LIST(o->name, NULL, CFGF_NODEFAULT);
            else
                *next = (cfg_opt_t)CFG_STR(o->name, NULL, CFGF_NODEFAULT);
        }
    *next = (cfg_opt_t)CFG_END();
    return made;
}

/* Lets libconfuse read the text, behind as many lines as stand before it in
 * the file. */
static void
parse(struct reading *self)
{
    struct survey *survey = &self->survey;
    const struct section *section = survey->section;
    cfg_opt_t *options =
        make_options(self, section->parts, section->part_count);

    self->root = x_or_die(cfg_init(options, CFGF_NONE));
    self->root->filename = x_or_die(strdup(section->at.file));
    cfg_set_error_function(self->root, complain);

    size_t lines = section->text_line > 1 ? (size_t)section->text_line - 1 : 0;
    size_t size = strlen(survey->text);
    weir_cleanup(weir_free) char *text = xcalloc(lines + size + 2, 1);
    memset(text, '\n', lines);
    memcpy(text + lines, survey->text, size);
    text[lines + size] = '\n';
    weir_cleanup(weir_fclose) FILE *file =
        x_or_die(fmemopen(text, lines + size + 1, "r"));
    if (cfg_parse_fp(self->root, file) != CFG_SUCCESS && !survey->failed)
        survey_fail(survey, section->at.line, "this cannot be read");
    if (survey->stray.type != TOKEN_END && !survey->failed)
        survey_fail(survey, survey->stray.line, "unexpected \"%.*s\"",
                    (int)survey->stray.size, survey->stray.start);
}

/* Makes room for the items of a repeated block, with their defaults. */
static void
make_items(const struct section *section, const struct block *block,
           char *parent)
{
    const struct weir_option *option = block->option;
    char *items = arena_alloc(section->place.texts, block->same * option->size);
    struct weir_blocks blocks = {.count = block->same, .items = items};

    for (size_t i = 0; i < block->same; i++)
        option_defaults(option->options, items + i * option->size,
                        &section->place);
    memcpy(parent + option->offset, &blocks, sizeof(blocks));
}

static char *
parent_memory(const struct reading *self, size_t block, size_t part)
{
    return block ? self->memories[block]
                 : self->survey.section->parts[part].memory;
}

/* Finds each block's section and memory; parents come before. */
static void
find_blocks(struct reading *self)
{
    const struct survey *survey = &self->survey;

    self->sections[0] = self->root;
    for (size_t i = 1; i < survey->block_count; i++) {
        const struct block *block = &survey->blocks[i];
        char *parent = parent_memory(self, block->parent, block->part);
        cfg_t *outer = self->sections[block->parent];
        const struct weir_option *option = block->option;

        if (outer && cfg_size(outer, option->name) > block->nth)
            self->sections[i] =
                cfg_getnsec(outer, option->name, (unsigned)block->nth);
        self->memories[i] = parent + option->offset;
        if (option->type != WEIR_OPTION_BLOCKS)
            continue;
        if (block->nth == 0)
            make_items(survey->section, block, parent);
        struct weir_blocks blocks;
        memcpy(&blocks, parent + option->offset, sizeof(blocks));
        memcpy(&self->memories[i], &blocks.items, sizeof(void *));
        self->memories[i] += block->nth * option->size;
    }
}

static void
fill_setting(struct reading *self, const struct setting *setting)
{
    struct survey *survey = &self->survey;
    cfg_t *section = self->sections[setting->block];
    char why[OPTION_WHY_SIZE];

    if (!section || !setting->option)
        return;
    size_t count = cfg_size(section, setting->name);
    bool list = setting->option->type == WEIR_OPTION_LIST;
    if (count == 0 && !list)
        return;
    weir_cleanup(weir_free) const char **values =
        xcalloc(count, sizeof(*values));
    for (size_t i = 0; i < count; i++)
        values[i] = cfg_getnstr(section, setting->name, (unsigned)i);
    const struct weir_list all = {count, values};
    if (option_set(setting->option,
                   parent_memory(self, setting->block, setting->part), &all,
                   &survey->section->place, why) < 0)
        survey_fail(survey, setting->line, "%s", why);
}

static void
fill_map(struct reading *self, size_t nth)
{
    const struct survey *survey = &self->survey;
    struct arena *texts = survey->section->place.texts;
    cfg_t *section = self->sections[nth];
    struct weir_label *labels =
        arena_alloc(texts, (survey->setting_count + 1) * sizeof(*labels));
    struct weir_map map = {.labels = labels};

    for (size_t i = 0; section && i < survey->setting_count; i++) {
        const struct setting *setting = &survey->settings[i];
        if (setting->block != nth || cfg_size(section, setting->name) == 0)
            continue;
        labels[map.count++] = (struct weir_label){
            arena_text(texts, setting->name),
            arena_text(texts, cfg_getnstr(section, setting->name, 0))};
    }
    labels_sort(labels);
    memcpy(self->memories[nth], &map, sizeof(map));
}

static bool
is_set(const struct survey *survey, size_t block, const char *name)
{
    for (size_t i = 0; i < survey->setting_count; i++)
        if (survey->settings[i].block == block &&
            strcmp(survey->settings[i].name, name) == 0)
            return true;
    return false;
}

/* Complains of what must be set in block 'nth', by this table, and is not. */
static void
check_required(struct survey *survey, size_t nth,
               const struct weir_option *options)
{
    for (const struct weir_option *o = options; o && o->name; o++)
        if (!o->fallback && !is_set(survey, nth, o->name))
            survey_fail(survey, survey->blocks[nth].line,
                        "%s lacks \"%s\"; set it (%s)",
                        nth ? survey->blocks[nth].option->name
                            : survey->section->what,
                        o->name, o->help);
}

/* Lets the plugin judge block 'nth' as a whole. */
static void
judge(struct reading *self, size_t nth)
{
    const struct block *block = &self->survey.blocks[nth];
    char why[OPTION_WHY_SIZE] = "";

    if (block->option->judge &&
        block->option->judge(self->memories[nth], why, sizeof(why)) < 0)
        survey_fail(&self->survey, block->line, "%s: %s", block->option->name,
                    why);
}

static void
fill(struct reading *self)
{
    struct survey *survey = &self->survey;
    const struct section *section = survey->section;

    find_blocks(self);
    for (size_t i = 0; i < survey->setting_count; i++)
        fill_setting(self, &survey->settings[i]);
    for (size_t i = 0; i < section->part_count; i++)
        check_required(survey, 0, section->parts[i].options);
    for (size_t i = 1; i < survey->block_count; i++) {
        if (survey->blocks[i].option->type == WEIR_OPTION_MAP) {
            fill_map(self, i);
            continue;
        }
        check_required(survey, i, survey->blocks[i].option->options);
        judge(self, i);
    }
}

int
section_read(const struct section *section)
{
    struct reading self = {0};

    survey_init(&self.survey, section);
    size_t count = self.survey.block_count;
    self.sections = xcalloc(count, sizeof(cfg_t *));
    self.memories = xcalloc(count, sizeof(char *));
    if (!self.survey.broken) {
        parse(&self);
        fill(&self);
        /* Also mends libconfuse's lexer after an error. */
        (void)cfg_free(self.root);
    }
    free(self.sections);
    free(self.memories);
    int rc = self.survey.failed ? -EINVAL : 0;
    survey_fini(&self.survey);
    return rc;
}
