/*
 * gone: the server serves nobody any more. Where it is ours to start it is
 * started again: what ended it can be played again, and the run goes on.
 */
#include "live/engine_state.h"
#include "live/proc.h"

bool live_gone_start(struct live_engine *e)
{
    live_proc_stop(&e->server);
    e->server = live_proc_start(e->o.server);
    return e->server > 0 && live_engine_comes_back(e);
}

enum net_status live_gone_try(struct live_engine *e,
                              const struct live_input *in,
                              struct transcript *log,
                              struct live_outcome *out)
{
    enum net_status s = live_engine_try(e, in, log, out);

    if (s == NET_STOPPED || out->replies == 0 || live_engine_comes_back(e))
        return s;
    if (live_engine_stopped(e))
        return NET_STOPPED;
    if (e->o.oracles & 1u << LIVE_ORACLE_GONE)
        live_outcome_fire(out, LIVE_ORACLE_GONE, out->state, out->step, 0,
                          "behind this session");
    return live_gone_start(e) ? NET_OK : NET_REFUSED;
}

bool live_gone_settle(struct live_engine *e)
{
    struct live_outcome out = e->last_out;

    if (live_engine_stopped(e))
        return false;
    if (!e->o.server || !live_gone_start(e)) {
        live_settle_last(e, LIVE_ORACLE_GONE, "behind this session");
        return false;
    }
    if ((e->o.oracles & 1u << LIVE_ORACLE_GONE) == 0)
        return true;
    live_outcome_fire(&out, LIVE_ORACLE_GONE, out.state, out.step, 0,
                      "behind this session");
    return live_settle(e, LIVE_ORACLE_GONE, &e->last_in, &out);
}
