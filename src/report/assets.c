/*
 * assets: see assets.h. The assembler reads the files, by their paths from
 * the top of the tree, where make runs; the Makefile knows that this object
 * is made of them.
 */
#include "report/assets.h"

#define ASSET(name, path)                                                     \
    __asm__(".pushsection .rodata\n"                                          \
            "asset_" #name ":\n"                                              \
            ".incbin \"" path "\"\n"                                          \
            "asset_" #name "_end:\n"                                          \
            ".popsection\n");                                                 \
    extern const char asset_##name[], asset_##name##_end[]

ASSET(style, "src/report/html.css");
ASSET(script, "src/report/html.js");

struct smtp_span report_html_style(void)
{
    return smtp_span_of(asset_style, (size_t)(asset_style_end - asset_style));
}

struct smtp_span report_html_script(void)
{
    return smtp_span_of(asset_script,
                        (size_t)(asset_script_end - asset_script));
}
