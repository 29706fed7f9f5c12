/*
 * policy: what the session consults instead of deciding by itself: limits,
 * what is offered, what is required where; and rules, which change one reply
 * or one fact at one point of the dialogue.
 *
 * The strict server is a policy without rules. A fault (faults.h) is a row
 * that sets policy values or adds rules; session*.c names no fault.
 */
#ifndef SERVER_POLICY_H
#define SERVER_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "server/server.h"
#include "smtp/command.h"

/* ---- what is true of a session ---------------------------------------- */
#define FACT(n)             (1ull << (n))
#define FACT_TLS            FACT(0)  /* inside TLS */
#define FACT_IMPLICIT       FACT(1)  /* since the connection was made */
#define FACT_STARTTLS       FACT(2)  /* since a STARTTLS */
#define FACT_EHLO           FACT(3)  /* identified by EHLO or LHLO */
#define FACT_HELO           FACT(4)  /* identified by HELO */
#define FACT_EHLO_AGAIN     FACT(5)  /* and that more than once */
#define FACT_AUTH           FACT(6)  /* authenticated */
#define FACT_AUTH_FAILED    FACT(7)  /* some exchange ended with 535 */
#define FACT_AUTH_CANCELLED FACT(8)  /* some exchange was cancelled by "*" */
#define FACT_WAS_AUTH       FACT(9)  /* some exchange succeeded */
#define FACT_TRUSTED        FACT(10) /* has what AUTH inside TLS would give */
#define FACT_MAIL           FACT(11) /* a transaction is open */
#define FACT_RCPT           FACT(12) /* it has an accepted recipient */
#define FACT_BDAT           FACT(13) /* it has had a chunk */
#define FACT_BROKEN         FACT(14) /* a chunk was refused (RFC 3030 2) */
#define FACT_BINARY         FACT(15) /* BODY=BINARYMIME */
#define FACT_8BIT           FACT(16) /* BODY=8BITMIME */
#define FACT_UTF8           FACT(17) /* SMTPUTF8 */
#define FACT_NULL           FACT(18) /* its reverse-path is <> */
#define FACT_RSET           FACT(19) /* some RSET was obeyed */
#define FACT_DONE           FACT(20) /* some message was accepted */
#define FACT_ERROR          FACT(21) /* some command got 4yz or 5yz */
#define FACT_QUIT           FACT(22) /* QUIT was answered */
#define FACT_OUR_SENDER     FACT(23) /* session: its sender is at our domain */
#define FACT_MARK           FACT(31) /* free for rules */
/* of the command at hand alone */
#define FACT_FIRST          FACT(32) /* the first of the session */
#define FACT_PIPELINED      FACT(33) /* more input stands behind it */
#define FACT_BEHIND         FACT(34) /* another one came in the same read */
#define FACT_SPLIT          FACT(35) /* its line came in several reads */
#define FACT_SPACE          FACT(36) /* white space before its CRLF */
#define FACT_ARG            FACT(37) /* it has an argument */
#define FACT_FOREIGN        FACT(38) /* RCPT: at another domain */
/* session: */
#define FACT_LITERAL        FACT(50) /* EHLO, HELO: with an address literal */
#define FACT_LOWER          FACT(51) /* its parameters have small letters */
#define FACT_ROUTE          FACT(52) /* RCPT: a source route */
#define FACT_HIDDEN         FACT(53) /* RCPT: the local part names another
                                        domain: a%b.c, b.c!a, a@b.c */
#define FACT_ETRN_OPTION    FACT(54) /* ETRN: "@" or "#" */
#define FACT_NOTIFY         FACT(55) /* RCPT: NOTIFY has SUCCESS */
#define FACT_LOWERED        FACT(48) /* MAIL: address: its priority was */
#define FACT_TRANSACTION                                                      \
    (FACT_MAIL | FACT_RCPT | FACT_BDAT | FACT_BROKEN | FACT_BINARY |          \
     FACT_8BIT | FACT_UTF8 | FACT_NULL | FACT_OUR_SENDER)

/* ---- points at which a reply is given, or something happens ----------- */
#define AT(verb) (1ull << (verb)) /* the reply to a command: AT(SMTP_VERB_X);
                                     UNKNOWN: to a line that is none */
enum server_point {
    POINT_GREETING = SMTP_VERB_COUNT,
    POINT_LONG,      /* a command line over its limit */
    POINT_CHALLENGE, /* 334 */
    POINT_AUTH,      /* the end of an exchange: 235, 535, 501 */
    POINT_CONTENT,   /* end-of-data, or the last chunk; LMTP: each one */
    POINT_CHUNK,     /* a chunk that is not the last */
    POINT_IDLE,      /* 421 for a client that says nothing */
    POINT_SHUTDOWN,  /* 421 because the server ends */
    POINT_TLS,       /* event, no reply: a handshake was done */
    POINT_NO_TLS,    /* event: a handshake failed */
    POINT_LINE,      /* event: a line that is no command: inside an AUTH
                        exchange, or of content; short ones only */
    POINT_COUNT
};
#define AT_GREETING  AT(POINT_GREETING)
#define AT_UNKNOWN   AT(SMTP_VERB_UNKNOWN)
#define AT_LONG      AT(POINT_LONG)
#define AT_CHALLENGE AT(POINT_CHALLENGE)
#define AT_AUTH_END  AT(POINT_AUTH)
#define AT_CONTENT   AT(POINT_CONTENT)
#define AT_CHUNK     AT(POINT_CHUNK)
#define AT_IDLE      AT(POINT_IDLE)
#define AT_SHUTDOWN  AT(POINT_SHUTDOWN)
#define AT_TLS       AT(POINT_TLS)
#define AT_NO_TLS    AT(POINT_NO_TLS)
#define AT_LINE      AT(POINT_LINE)
#define AT_REPLIES   (AT(POINT_TLS) - 1) /* every reply */
#define AT_COMMANDS  (AT(SMTP_VERB_COUNT) - 2) /* to a known verb */

/* ---- rules ------------------------------------------------------------ */
enum server_op {
    OP_NONE,
    /* before the strict check or the command: */
    OP_PASS,   /* the refusal `code` is not made; the command goes on */
    OP_REFUSE, /* refused, with value (code), text "5.7.0 why" */
    /* the reply: */
    OP_CODE,      /* value: another code on every line */
    OP_CODE_LAST, /* value: another code on the last line only */
    OP_ENHANCED,  /* text: another enhanced code; "": none */
    OP_ENHANCED_LAST, /* the same on the last line only */
    OP_TEXT,      /* text: another text, lines parted by \n */
    OP_FIRST,     /* text: another text on the first line only */
    OP_ADD,       /* text: one more line at the end */
    OP_SEPARATOR, /* text: instead of the SP or "-" behind the code */
    OP_SEPARATOR_LAST, /* text: the same on the last line only */
    OP_EOL,       /* text: another line end */
    OP_EOL_LAST,  /* text: of the last line only */
    OP_BEFORE,    /* text: octets in front of the reply */
    OP_AFTER,     /* text: octets behind it */
    OP_INSTEAD,   /* text: octets instead of it */
    OP_TWICE,     /* value more times: the reply again (0 is once more) */
    OP_DROP,      /* no reply */
    OP_HOLD,      /* kept back until the next reply is given */
    OP_UNSAY,     /* replies that have not been sent yet are dropped */
    OP_CUT,       /* value: only the first octets of it */
    OP_DELAY,     /* value: milliseconds of silence before it */
    OP_AFTER_LATE,/* value, text: octets, that many ms behind the reply,
                     if the client says nothing meanwhile */
    /* the connection: */
    OP_CLOSE,       /* closed instead of a reply */
    OP_CLOSE_AFTER, /* closed behind the reply */
    OP_RESET,       /* reset (RST) instead of a reply */
    OP_OPEN,        /* not closed, though the reply says so */
    OP_MUTE,        /* the same, and nothing is answered any more */
    OP_LOSE,        /* what else has been read is dropped */
    /* the session: */
    OP_SET,   /* value: these facts become true behind the reply */
    OP_CLEAR, /* value: these facts become false */
    OP_COUNT
};

struct server_rule {
    uint64_t at;      /* points: AT(…) | … */
    uint8_t op;       /* enum server_op */
    uint16_t code;    /* only a reply with this code; 2..5: of this class;
                         0: any */
    uint64_t need;    /* only when all these facts hold */
    uint64_t without; /* only when none of these holds */
    uint64_t value;
    const char *word; /* only when the verb (POINT_LINE: the line) is this,
                         case and all; "!…": is not; "A|B": one of these */
    const char *text; /* octets; \0 inside needs text_n */
    uint32_t text_n;  /* 0: up to its NUL. "%h" is the server's name */
    uint16_t from;    /* only from the n-th match in a session on (1..) */
    uint16_t to;      /* and up to this one; 0: no end */
    /* address: the argument of the command, without its line end */
    const char *arg;  /* only when it is like this: "?" is any octet, "*" any
                         number of them; "!…": is not */
    uint16_t arg_n;   /* only when it has so many octets or more */
};

/* ---- extensions, in the order in which EHLO lists them ---------------- */
enum server_ext {
    EXT_PIPELINING = 1 << 0,
    EXT_SIZE = 1 << 1,
    EXT_8BITMIME = 1 << 2,
    EXT_BINARYMIME = 1 << 3,
    EXT_CHUNKING = 1 << 4,
    EXT_SMTPUTF8 = 1 << 5,
    EXT_DSN = 1 << 6,
    EXT_ENHANCED = 1 << 7,
    EXT_STARTTLS = 1 << 8,
    EXT_AUTH = 1 << 9,
    EXT_ETRN = 1 << 10,
    EXT_BURL = 1 << 11,  /* security */
    EXT_LIMITS = 1 << 12, /* session: RFC 9422 */
    EXT_ATRN = 1 << 13,        /* RFC 2645; not on submission */
    EXT_CHECKPOINT = 1 << 14,  /* RFC 1845 */
    EXT_SUBMITTER = 1 << 15,   /* RFC 4405 */
    EXT_MTRK = 1 << 16,        /* RFC 3885 */
    EXT_SOLICITING = 1 << 17,  /* RFC 3865: NO-SOLICITING */
    EXT_CONPERM = 1 << 18,     /* RFC 4141 */
    EXT_CONNEG = 1 << 19,
    /* address */
    EXT_REQUIRETLS = 1 << 24, /* inside TLS only (RFC 8689 2) */
    EXT_MT_PRIORITY = 1 << 25,
    EXT_DELIVERBY = 1 << 26,
    EXT_RRVS = 1 << 27,
    EXT_FUTURERELEASE = 1 << 28 /* RFC 4865 4.2: on submission alone */
};

enum server_mech {
    MECH_PLAIN = 1 << 0,
    MECH_LOGIN = 1 << 1,
    MECH_CRAM_MD5 = 1 << 2,
    MECH_SCRAM_SHA_1 = 1 << 3,
    MECH_SCRAM_SHA_256 = 1 << 4,
    MECH_OAUTHBEARER = 1 << 5 /* RFC 7628: there is no token that is good */
};

/* What STARTTLS and implicit TLS do with octets that were sent in clear. */
enum server_clear {
    CLEAR_DISCARD, /* thrown away (RFC 3207 4.2) */
    CLEAR_EXECUTE  /* read as if they had come inside TLS */
};

/* The server's last message where a mechanism has one (RFC 5802 5). */
enum server_proof {
    PROOF_RIGHT,
    PROOF_NONE,  /* 235 comes without it */
    PROOF_WRONG  /* it is that of another password */
};

/* What ends a message under a lax policy, besides CRLF.CRLF. */
enum server_eod {
    EOD_LF_LF = 1 << 0, /* LF . LF */
    EOD_LF_CR = 1 << 1,
    EOD_LF_CRLF = 1 << 2,
    EOD_CR_LF = 1 << 3,
    EOD_CR_CR = 1 << 4,
    EOD_CR_CRLF = 1 << 5,
    EOD_CRLF_LF = 1 << 6,
    EOD_CRLF_CR = 1 << 7,
    EOD_NUL_DOT = 1 << 8,   /* CRLF NUL . CRLF */
    EOD_DOT_NUL = 1 << 9,   /* CRLF . NUL CRLF */
    EOD_CRLF_CRCRLF = 1 << 10,
    EOD_CRCRLF_CRCRLF = 1 << 11,
    EOD_DOT_SP = 1 << 12,   /* CRLF . SP CRLF */
    EOD_DOT_HT = 1 << 13,
    EOD_DOT_DOT = 1 << 14,  /* CRLF . . */
    EOD_LINE_DOT = 1 << 15, /* a dot at the end of a line of text */
    EOD_EMPTY = 1 << 16     /* an empty line */
};

/* delivery: what becomes of a message on its way into the store. */
#define DELIVER_NEVER       (1u << 0)  /* accepted and lost */
#define DELIVER_TWICE       (1u << 1)
#define DELIVER_REFUSED     (1u << 2)  /* delivered although refused */
#define DELIVER_RESET       (1u << 3)  /* a half one, when RSET comes */
#define DELIVER_QUIT        (1u << 4)  /* the same for QUIT */
#define DELIVER_LOST        (1u << 5)  /* the same for the connection's end */
#define DELIVER_NOBODY      (1u << 6)  /* without a recipient */
#define DELIVER_STUFFED     (1u << 7)  /* dot-stuffing stays */
#define DELIVER_UNDOT       (1u << 8)  /* one dot too many goes */
#define DELIVER_UNDOT_CHUNK (1u << 9)  /* a dot goes from a chunk */
#define DELIVER_SEGMENT     (1u << 10) /* it stays where a segment begins */
#define DELIVER_7BIT        (1u << 11) /* the high bit is cleared */
#define DELIVER_NO_CONTROLS (1u << 12)
#define DELIVER_NO_NUL      (1u << 13)
#define DELIVER_TABS        (1u << 14) /* HT becomes SP */
#define DELIVER_WRAP        (1u << 15) /* long lines are broken */
#define DELIVER_FIELDS      (1u << 16) /* names of R… fields are changed */

#define DELIVER_PAIRS       (1u << 17) /* a dot goes in front of another only */
#define DELIVER_NO_BCC      (1u << 18) /* Bcc gets another name */
#define DELIVER_OLD         (1u << 19) /* behind what RSET took back */

/* What is done to the header of a message (RFC 5321 4.4, 6.4). */
#define FIX_PATH       (1u << 0) /* a Return-Path that was sent goes */
#define FIX_DATE       (1u << 1) /* what is missing is added: RFC 6409 8 */
#define FIX_ID         (1u << 2)
#define FIX_SENDER     (1u << 3)
#define FIX_DOMAIN     (1u << 4) /* names without a dot are completed */
#define FIX_SYNTAX     (1u << 5) /* malformed addresses are refused */
#define FIX_BAD_SENDER (1u << 6) /* a Sender is added that is none */
#define FIX_BEHIND     (1u << 7) /* with Return-Path goes what is behind it */

/* Which notifications there are (RFC 3461 5.2, 6). */
#define REPORT_SUCCESS  (1u << 0) /* of deliveries, where asked for */
#define REPORT_ALWAYS   (1u << 1) /* asked for or not */
#define REPORT_NULL     (1u << 2) /* for the null reverse-path as well */
#define REPORT_PATH     (1u << 3) /* with a reverse-path of their own */
#define REPORT_PLAIN    (1u << 4) /* that no program can read */
#define REPORT_NO_ENVID (1u << 5)
#define REPORT_NO_DATE  (1u << 6)
#define REPORT_OLD_ENVID (1u << 7) /* with that of another transaction */

/* delivery: what is wrong with the trace lines. */
enum server_trace {
    TRACE_STRICT,
    TRACE_NONE,      /* there are none */
    TRACE_NO_PATH,   /* no Return-Path */
    TRACE_PATH,      /* Return-Path is another */
    TRACE_LOW,       /* they stand below a field that was sent */
    TRACE_NO_FROM,   /* no FROM clause */
    TRACE_NO_ADDRESS,/* no address literal in it */
    TRACE_NAME,      /* it does not give the client's name */
    TRACE_ORDER,     /* WITH behind ID */
    TRACE_WITH,      /* an unregistered protocol */
    TRACE_ESMTP,     /* ESMTP, whatever the session is */
    TRACE_SMTPS,     /* S and A behind HELO as well */
    TRACE_FOR,       /* FOR has two paths */
    TRACE_YEAR,      /* of two digits */
    TRACE_ZONE,      /* by its name */
    TRACE_APPARENTLY, /* Apparently-To is added */
    TRACE_NO_TLS     /* no tls clause (RFC 8314 4.3) */
};

#define SERVER_RULES 64 /* of all faults that are on together */

/* All values are uint32_t, so that a row can name one by its offset. */
struct server_policy {
    /* service */
    uint32_t greeting;       /* code: 220, 554, 521, 421 */
    uint32_t lmtp;           /* LHLO, a reply per recipient */
    uint32_t need_auth;      /* RFC 4954 6: all but auth_exempt gets 530 */
    uint32_t auth_exempt;    /* verbs: bits of AT(verb) */
    uint32_t need_tls;       /* RFC 3207 4: all but tls_exempt gets 530 */
    uint32_t tls_exempt;
    uint32_t extensions;     /* accepted: EXT_… */
    uint32_t listed;         /* listed by EHLO as well */
    uint32_t mechs_clear;    /* AUTH mechanisms without TLS */
    uint32_t mechs_tls;
    /* limits */
    uint32_t max_size;       /* octets of a message: SIZE */
    uint32_t max_rcpt;       /* recipients of a transaction */
    uint32_t max_text;       /* octets of a text line with CRLF; 0: any */
    uint32_t max_received;   /* Received fields of a message */
    uint32_t max_auth;       /* octets of a line in an AUTH exchange */
    uint32_t max_line;       /* octets of a command line; 0: by its verb */
    /* framing */
    uint32_t bare_lf;        /* a bare LF ends a command line */
    uint32_t lax_content;    /* bare CR, bare LF and NUL in content pass */
    /* state */
    uint32_t relay;          /* any domain without authentication */
    uint32_t any_password;   /* every AUTH exchange succeeds */
    uint32_t share_auth;     /* one session's AUTH counts for all */
    uint32_t clear_octets;   /* enum server_clear */
    uint32_t tls_keeps;      /* facts below 32 that survive the handshake */
    uint32_t fall_back;      /* a failed handshake goes on in clear */
    uint32_t refuse_closes;  /* a 554 or 521 greeting closes at once */
    uint32_t hold_all;       /* replies wait until all input is used */
    /* the listening side */
    uint32_t max_sessions;   /* 0: the configured number */
    uint32_t clear_greeting; /* the implicit-TLS port greets in clear */
    uint32_t clear_service;  /* … and speaks clear to those who do */
    uint32_t idle_ms;        /* 0: the configured time */
    uint32_t no_notify;      /* TLS ends without close_notify */
    uint32_t tls_take;       /* NET_TLS_TAKE_… */
    /* security: AUTH exchanges */
    uint32_t mech_case;      /* names of mechanisms in capitals only */
    uint32_t empty_absent;   /* the initial response "=" counts as none */
    uint32_t iterations;     /* of SCRAM; 0: the library's 4096 */
    uint32_t proof;          /* enum server_proof, of SCRAM */
    uint32_t lax_base64;     /* octets outside its alphabet are left out */
    uint32_t params_unknown; /* 1 << SMTP_PARAM_…: refused as unknown */
    /* content: where messages, lines and chunks end */
    uint32_t eod;            /* EOD_…: what else ends a message */
    uint32_t eod_whole;      /* end-of-data counts in one read only */
    uint32_t eod_early;      /* too big, or a line too long: refused at once,
                                and what follows is commands */
    uint32_t size_raw;       /* dots that were added count for the size */
    uint32_t eod_size;       /* SIZE= says where a message ends */
    uint32_t bare_cr;        /* a bare CR ends a command line */
    uint32_t early_line;     /* a command is obeyed before its line ends */
    uint32_t cut_line;       /* of a line too long the rest is a command */
    uint32_t forget_cr;      /* CR and LF of a long line come at once */
    uint32_t keep_chunk;     /* the chunk of a refused BDAT is commands */
    /* rules, of all faults together */
    uint32_t n_rules;
    uint32_t deliver;        /* delivery: DELIVER_… */
    uint32_t trace;          /* delivery: enum server_trace */
    uint32_t report;         /* REPORT_…: of deliveries */
    uint32_t fix;            /* FIX_…: what is done to headers */
    uint64_t points;         /* at which any of them may match */
    const struct server_rule *rules[SERVER_RULES];
};

/* The strict policy of a mode. */
void policy_init(struct server_policy *p, enum server_mode mode);

/* Adds a rule, which must live as long; false: there is no more room. */
bool policy_add(struct server_policy *p, const struct server_rule *r);

#endif
