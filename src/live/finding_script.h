/*
 * finding_script: a finding as a session script (docs/SCRIPT.md), which
 * `smtpspec replay` plays. Private to src/live.
 */
#ifndef LIVE_FINDING_SCRIPT_H
#define LIVE_FINDING_SCRIPT_H

#include <stdio.h>

#include "live/finding.h"

void finding_script_print(FILE *out, const struct live_finding *f);

#endif
