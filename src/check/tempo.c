#include "check/tempo.h"

#include <string.h>

#define LAG_LEAST (100 * NET_MS) /* what the machine does is no habit */
#define LAG_MOST  (60 * NET_S)
#define VAIN_MOST 16

void tempo_init(struct tempo *t)
{
    *t = (struct tempo){0};
    pthread_mutex_init(&t->lock, NULL);
}

void tempo_free(struct tempo *t)
{
    pthread_mutex_destroy(&t->lock);
}

static void add(struct tempo_kind *k, uint64_t waited)
{
    size_t at = TEMPO_LATEST;

    k->sum += waited;
    k->n++;
    while (at > 0 && waited > k->latest[at - 1])
        at--;
    if (at == TEMPO_LATEST)
        return;
    memmove(&k->latest[at + 1], &k->latest[at],
            (TEMPO_LATEST - 1 - at) * sizeof *k->latest);
    k->latest[at] = waited;
}

/*
 * Only a command that was sent by itself says how long its reply took. AUTH
 * has a habit of its own: failures are held back by seconds. A 421 may end a
 * wait of any length.
 */
static bool tells(const struct script_reply *r)
{
    return r->stage == SCRIPT_COMMAND && !r->pipelined &&
           r->verb != SMTP_VERB_AUTH && r->reply->code != 421;
}

void tempo_reply(struct tempo *t, const struct script_reply *r)
{
    pthread_mutex_lock(&t->lock);
    if (r->stage == SCRIPT_GREETING && (!t->calm || r->waited < t->calm))
        t->calm = r->waited ? r->waited : 1;
    if (tells(r))
        add(&t->of[smtp_reply_class(r->reply) >= 4], r->waited);
    pthread_mutex_unlock(&t->lock);
}

static uint64_t habit(const struct tempo_kind *k)
{
    uint64_t lag = k->latest[TEMPO_LATEST - 1];

    if (lag > LAG_MOST)
        return LAG_MOST;
    return lag < LAG_LEAST ? 0 : lag;
}

uint64_t tempo_lag(struct tempo *t)
{
    uint64_t well, ill;

    pthread_mutex_lock(&t->lock);
    well = habit(&t->of[0]);
    ill = habit(&t->of[1]);
    pthread_mutex_unlock(&t->lock);
    return well > ill ? well : ill;
}

void tempo_waited(struct tempo *t, bool late)
{
    pthread_mutex_lock(&t->lock);
    t->late |= late;
    t->vain += !late;
    pthread_mutex_unlock(&t->lock);
}

bool tempo_patient(struct tempo *t)
{
    bool patient;

    pthread_mutex_lock(&t->lock);
    patient = t->late || t->vain < VAIN_MOST;
    pthread_mutex_unlock(&t->lock);
    return patient;
}

static uint64_t mean(const struct tempo_kind *k)
{
    return k->n ? k->sum / k->n : NET_MS;
}

uint64_t tempo_expect(struct tempo *t, unsigned replies, unsigned refusals)
{
    uint64_t all;

    pthread_mutex_lock(&t->lock);
    all = (replies - refusals) * mean(&t->of[0]) +
          refusals * mean(&t->of[1]);
    pthread_mutex_unlock(&t->lock);
    return all;
}

bool tempo_crowded(struct tempo *t, uint64_t greeted, uint64_t timeout)
{
    uint64_t calm;

    pthread_mutex_lock(&t->lock);
    calm = t->calm;
    pthread_mutex_unlock(&t->lock);
    return greeted > timeout / 4 && greeted > 4 * calm;
}
