#include "vault/scope.h"

const struct vault_config_scope *scope_find(const struct vault_config *config, struct span name)
{
    for (size_t i = 0; i < config->scope_count; i++)
        if (span_equal_text(name, config->scopes[i].name))
            return &config->scopes[i];
    return NULL;
}

struct scope_words scope_words(const struct vault_config_scope *scope, enum language language)
{
    struct scope_words words = {span_of_text(scope->title), span_of_text(scope->description)};

    for (size_t i = 0; i < scope->translation_count; i++) {
        const struct vault_config_words *translation = &scope->translations[i];

        if (language_find(span_of_text(translation->language)) != language)
            continue;
        words.title = span_of_text(translation->title);
        if (translation->description)
            words.description = span_of_text(translation->description);
        break;
    }
    return words;
}

/* How often `word` stands in `list`. */
static int times_in(struct span list, struct span word)
{
    struct span each;
    int times = 0;

    while (span_next_word(&list, ' ', &each))
        times += span_equal(each, word);
    return times;
}

enum outcome scope_check_request(const struct vault_config *config, struct span requested,
                                 struct span allowed)
{
    struct span rest = requested;
    struct span word;
    int words = 0;

    while (span_next_word(&rest, ' ', &word)) {
        if (!scope_find(config, word) || !span_list_has(allowed, word) || times_in(requested, word) != 1)
            return OUTCOME_SCOPE_NOT_GRANTED;
        if (++words > 32)
            return OUTCOME_SCOPE_NOT_GRANTED;
    }
    return span_list_has(requested, SPAN_LITERAL("openid")) ? OUTCOME_OK : OUTCOME_SCOPE_NOT_GRANTED;
}

uint32_t scope_all_bits(struct span granted)
{
    uint32_t bits = 0;
    uint32_t next = 1;
    struct span word;

    while (span_next_word(&granted, ' ', &word)) {
        bits |= next;
        next <<= 1;
    }
    return bits;
}

enum outcome scope_bits(struct span granted, struct span wanted, uint32_t *ret_bits)
{
    uint32_t bits = 0;
    struct span want;

    while (span_next_word(&wanted, ' ', &want)) {
        struct span rest = granted;
        struct span word;
        uint32_t bit = 1;

        while (span_next_word(&rest, ' ', &word) && !span_equal(word, want))
            bit <<= 1;
        if (!span_list_has(granted, want))
            return OUTCOME_SCOPE_NOT_GRANTED;
        bits |= bit;
    }
    *ret_bits = bits;
    return bits ? OUTCOME_OK : OUTCOME_SCOPE_NOT_GRANTED;
}

void scope_put(struct buf *out, struct span granted, uint32_t bits)
{
    size_t start = out->len;
    struct span word;

    for (uint32_t bit = 1; span_next_word(&granted, ' ', &word); bit <<= 1) {
        if (!(bits & bit))
            continue;
        if (out->len > start)
            buf_put_u8(out, ' ');
        buf_put_span(out, word);
    }
}

bool scope_has(struct span granted, uint32_t bits, struct span name)
{
    struct span word;

    for (uint32_t bit = 1; span_next_word(&granted, ' ', &word); bit <<= 1)
        if ((bits & bit) && span_equal(word, name))
            return true;
    return false;
}

/* ---- paths ------------------------------------------------------------------------------------------ */

static bool segment_is_plain(struct span segment)
{
    for (size_t i = 0; i < segment.len; i++) {
        uint8_t c = segment.ptr[i];

        if (c <= 0x20 || c > 0x7e || c == '%' || c == '\\' || c == ';' || c == '#')
            return false;
    }
    return segment.len && !span_equal_text(segment, ".") && !span_equal_text(segment, "..");
}

/* Take "/segment". False at the end, or where a segment is one that could be read in two ways. */
static bool take_segment(struct span *path, struct span *ret_segment)
{
    size_t len = 1;

    if (path->len < 2 || path->ptr[0] != '/')
        return false;
    while (len < path->len && path->ptr[len] != '/')
        len++;
    *ret_segment = span_of(path->ptr + 1, len - 1);
    *path = span_from(*path, len);
    return segment_is_plain(*ret_segment);
}

/* `{name}` in the pattern stands for one segment. */
static bool path_matches(struct span pattern, struct span path)
{
    while (pattern.len && path.len) {
        struct span want = SPAN_NONE;
        struct span have;
        size_t len = 1;

        while (len < pattern.len && pattern.ptr[len] != '/')
            len++;
        want = span_of(pattern.ptr + 1, len - 1);
        pattern = span_from(pattern, len);
        if (!take_segment(&path, &have))
            return false;
        if (!(want.len && want.ptr[0] == '{') && !span_equal(want, have))
            return false;
    }
    return pattern.len == 0 && path.len == 0;
}

uint32_t scope_opening(const struct vault_config *config, struct span method, struct span uri)
{
    struct span prefix = span_of_text(config->api_prefix);
    uint32_t bits = 0;
    size_t len = 0;

    if (!span_equal_text(method, "GET") && !span_equal_text(method, "HEAD"))
        return 0;
    while (len < uri.len && uri.ptr[len] != '?')
        len++;
    uri.len = len;
    if (!span_starts_with(uri, prefix))
        return 0;
    uri = span_from(uri, prefix.len);
    for (size_t i = 0; i < config->scope_count && i < 32; i++)
        for (size_t k = 0; k < config->scopes[i].path_count; k++)
            if (path_matches(span_of_text(config->scopes[i].paths[k]), uri))
                bits |= UINT32_C(1) << i;
    return bits;
}
