/*
 * assets: files that are part of the program.
 */
#ifndef REPORT_ASSETS_H
#define REPORT_ASSETS_H

#include "smtp/span.h"

/* The style sheet and the script of the HTML report; static, ASCII, no '<'
 * and no '&'. */
struct smtp_span report_html_style(void);
struct smtp_span report_html_script(void);

#endif
