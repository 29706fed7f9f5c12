/*
 * set: what a script_set holds.
 */
#ifndef SCRIPT_SET_H
#define SCRIPT_SET_H

#include "script/arena.h"
#include "script/script.h"

struct script_set {
    struct script_arena arena;
    struct script_vec cases;     /* of struct script_case * */
    struct script_vec preambles; /* the same */
};

#define SCRIPT_FILE_MAX ((size_t)16 * 1024 * 1024) /* octets of one file */

#endif
