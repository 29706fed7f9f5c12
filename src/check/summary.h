/*
 * summary: what a result says beside its cases: who was tested, and what
 * became of each requirement.
 */
#ifndef CHECK_SUMMARY_H
#define CHECK_SUMMARY_H

#include "check/catalogue.h"
#include "check/probe.h"
#include "report/result.h"

/* Fills r->server from a probe. */
void summary_server(struct result *r, const struct probe *p);

/* Fills r->requirements: every server-side row of the catalogue with the
 * worst verdict of the cases that cover it. */
void summary_requirements(struct result *r, const struct catalogue *c);

#endif
