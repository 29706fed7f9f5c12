/*
 * rules: RFC 5321 4.1.2, 4.1.3, 4.2 and 4.5.3, RFC 3461 4, RFC 4648 4, RFC
 * 4954 8 and the extensions of MAIL and RCPT, see smtp/value.h.
 *
 * A rule whose name begins with "x-" has more than the RFCs do: all that a
 * parser may let pass without a flaw where what is right is no matter of
 * grammar (a Mailbox in xtext, the days of a month).
 */
#include "abnf.h"

const struct abnf_text abnf_rules[] = {
    {"alpha", "%x41-5A / %x61-7A"},
    {"digit", "%x30-39"},
    {"hexdig", "digit / %x41-46 / %x61-66"},
    {"sp", "%x20"},
    {"crlf", "%x0D %x0A"},
    {"let-dig", "alpha / digit"},
    {"ldh-str", "*( let-dig / %x2D ) let-dig"},
    {"atext", "let-dig / %x21 / %x23-27 / %x2A-2B / %x2D / %x2F / %x3D"
              "/ %x3F / %x5E-60 / %x7B-7E"},
    {"atom", "1*atext"},
    {"vatext", "let-dig / %x21 / %x23-27 / %x2A-2B / %x2D / %x2F / %x3F"
               "/ %x5E-60 / %x7B-7E"}, /* that an esmtp-value can hold */
    /* RFC 3629 4 */
    {"utf8-tail", "%x80-BF"},
    {"utf8-2", "%xC2-DF utf8-tail"},
    {"utf8-3", "%xE0 %xA0-BF utf8-tail / %xE1-EC 2utf8-tail"
               "/ %xED %x80-9F utf8-tail / %xEE-EF 2utf8-tail"},
    {"utf8-4", "%xF0 %x90-BF 2utf8-tail / %xF1-F3 3utf8-tail"
               "/ %xF4 %x80-8F 2utf8-tail"},
    {"utf8", "utf8-2 / utf8-3 / utf8-4"},

    /* RFC 5321 4.1.3 */
    {"snum", "1*2digit / %x30-31 2digit / %x32 %x30-34 digit"
             "/ %x32 %x35 %x30-35"},
    {"ipv4", "snum 3( \".\" snum )"},
    {"h16", "1*4hexdig"},
    {"ipv6-full", "h16 7( \":\" h16 )"},
    {"ipv6-comp", "\"::\" [ h16 *5( \":\" h16 ) ]"
                  "/ h16 \"::\" [ h16 *4( \":\" h16 ) ]"
                  "/ h16 1( \":\" h16 ) \"::\" [ h16 *3( \":\" h16 ) ]"
                  "/ h16 2( \":\" h16 ) \"::\" [ h16 *2( \":\" h16 ) ]"
                  "/ h16 3( \":\" h16 ) \"::\" [ h16 *1( \":\" h16 ) ]"
                  "/ h16 4( \":\" h16 ) \"::\" [ h16 ]"
                  "/ h16 5( \":\" h16 ) \"::\""},
    {"ipv6v4-full", "h16 5( \":\" h16 ) \":\" ipv4"},
    {"ipv6v4-comp", "\"::\" [ h16 *3( \":\" h16 ) \":\" ] ipv4"
                    "/ h16 \"::\" [ h16 *2( \":\" h16 ) \":\" ] ipv4"
                    "/ h16 1( \":\" h16 ) \"::\""
                    "  [ h16 *1( \":\" h16 ) \":\" ] ipv4"
                    "/ h16 2( \":\" h16 ) \"::\" [ h16 \":\" ] ipv4"
                    "/ h16 3( \":\" h16 ) \"::\" ipv4"},
    {"ipv6", "ipv6-full / ipv6-comp / ipv6v4-full / ipv6v4-comp"},
    {"dcontent", "%x21-5A / %x5E-7E"},
    {"ipv6-tag", "\"IPv6\""},
    {"general", "( ldh-str ! ipv6-tag ) \":\" 1*dcontent"},
    {"literal", "\"[\" ( ipv4 / ipv6-tag \":\" ipv6 / general ) \"]\""},

    /* RFC 5321 4.1.2 */
    {"domain", "let-dig [ ldh-str ] *( \".\" let-dig [ ldh-str ] )"},
    {"dot-string", "atom *( \".\" atom )"},
    {"qpair", "%x5C %x20-7E"},
    {"quoted", "%x22 *( %x20-21 / %x23-5B / %x5D-7E / qpair ) %x22"},
    {"mailbox", "( dot-string / quoted ) \"@\" ( domain / literal )"},
    {"route", "\"@\" domain *( \",@\" domain ) \":\""},
    {"path", "\"<\" [ route ] mailbox \">\""},
    {"path-or-null", "path / \"<>\""},
    {"path-or-postmaster", "path / \"<postmaster>\""},
    {"any-path", "path / \"<>\" / \"<postmaster>\""},
    {"mailbox-or-local", "mailbox / dot-string / quoted"},
    {"mailbox-or-postmaster", "mailbox / \"postmaster\""},
    {"local-part", "dot-string / quoted"},
    {"string", "atom / quoted"},
    /* RFC 6531 3.3 */
    {"x-label", "( let-dig / utf8 )"
                "[ *( let-dig / utf8 / \"-\" ) ( let-dig / utf8 ) ]"},
    {"x-domain", "x-label *( \".\" x-label )"},
    {"x-atom", "1*( atext / utf8 )"},
    {"x-local", "x-atom *( \".\" x-atom ) / %x22 *( %x20-21 / %x23-5B"
                "/ %x5D-7E / qpair / utf8 ) %x22"},
    {"x-mailbox", "x-local \"@\" ( x-domain / literal )"},
    {"x-path", "\"<\" [ \"@\" x-domain *( \",@\" x-domain ) \":\" ]"
               "x-mailbox \">\""},
    {"x-path-or-null", "x-path / \"<>\""},
    {"x-path-or-postmaster", "x-path / \"<postmaster>\""},
    {"x-any-path", "x-path / \"<>\" / \"<postmaster>\""},
    {"x-mailbox-or-postmaster", "x-mailbox / \"postmaster\""},
    {"x-mailbox-or-local", "x-mailbox / x-local"},

    /* RFC 3461 4; RFC 4648 4 with the bits left over zero */
    {"xchar", "%x21-2A / %x2C-3C / %x3E-7E"},
    {"xtext-char", "xchar / \"+\" 2( digit / %x41-46 )"},
    {"xtext", "*xtext-char"},
    {"b64", "let-dig / \"+\" / \"/\""},
    {"b64-4", "%x41 / %x51 / %x67 / %x77"},
    {"b64-2", "b64-4 / %x45 / %x49 / %x4D / %x55 / %x59 / %x63 / %x6B / %x6F"
              "/ %x73 / %x30 / %x34 / %x38"},
    {"base64", "*( 4b64 ) [ b64 b64-4 \"==\" / 2b64 b64-2 \"=\" ]"},
    {"base64-text", "1*( 4b64 ) [ b64 b64-4 \"==\" / 2b64 b64-2 \"=\" ]"
                    "/ b64 b64-4 \"==\" / 2b64 b64-2 \"=\""},

    /* The parameters, and their values as far as grammar goes. */
    {"esmtp-keyword", "let-dig *( let-dig / \"-\" )"},
    {"esmtp-value", "1*( %x21-3C / %x3E-7E )"},
    {"esmtp-param", "esmtp-keyword [ \"=\" esmtp-value ]"},
    {"x-value", "1*( %x21-3C / %x3E-7E / utf8 )"},
    {"x-param", "esmtp-keyword [ \"=\" x-value ]"},
    {"x-params", "x-param *( sp x-param )"},
    {"x-date-time", "4digit 2( \"-\" 2digit ) \"T\" 2digit 2( \":\" 2digit )"
                    "[ \".\" 1*digit ] ( \"Z\""
                    "/ ( \"+\" / \"-\" ) 2digit \":\" 2digit )"},
    {"day", "%x30 %x31-39 / %x31 digit / %x32 %x30-38"},
    {"date-time", "4digit \"-\" ( %x30 %x31-39 / %x31 %x30-32 ) \"-\" day"
                  "\"T\" ( %x30-31 digit / %x32 %x30-33 )"
                  "2( \":\" %x30-35 digit ) [ \".\" 1*digit ] ( \"Z\""
                  "/ ( \"+\" / \"-\" ) ( %x30-31 digit / %x32 %x30-33 )"
                  "\":\" %x30-35 digit )"},
    /* Within the limits of RFC 5321 4.5.3.1, and without what xtext hides. */
    {"short-mailbox", "1*40( let-dig / \"!\" / \"#\" / \"_\" / \"-\" ) \"@\""
                      "1*60let-dig *2( \".\" 1*60let-dig )"},
    {"token", "1*( let-dig / \"!\" / \"#\" / \"_\" / \"-\" )"
              "*( \".\" 1*let-dig )"},
    {"notify", "\"SUCCESS\" / \"FAILURE\" / \"DELAY\""},
    {"word", "alpha *( let-dig / \".\" / \"-\" / \"_\" / \":\" )"},
    {"mail-param",
     "\"SIZE=\" 1*20digit / \"BODY=\" ( \"7BIT\" / \"8BITMIME\""
     "/ \"BINARYMIME\" ) / \"SMTPUTF8\" / \"REQUIRETLS\" / \"CONPERM\""
     "/ \"AUTH=\" ( \"<>\" / short-mailbox )"
     "/ \"SUBMITTER=\" short-mailbox"
     "/ \"RET=\" ( \"FULL\" / \"HDRS\" ) / \"ENVID=\" 1*99( %x21-2A"
     "/ %x2C-3C / %x3E-7E ) / \"MT-PRIORITY=\" ( [ \"-\" ] %x31-39 / \"0\" )"
     "/ \"HOLDFOR=\" %x31-39 *8digit / \"HOLDUNTIL=\" date-time"
     "/ \"BY=\" ( ( [ \"+\" / \"-\" ] 1*9digit \";N\" )"
     "/ [ \"+\" ] ( 1*9digit ! 1*9\"0\" ) \";R\" ) [ \"T\" ]"
     "/ \"MTRK=\" 1*b64 [ \":\" 1*9digit ]"
     "/ \"TRANSID=<\" 1*20let-dig \"@\" 1*20let-dig \">\""
     "/ \"SOLICIT=\" word *( \",\" word )"},
    {"rcpt-param",
     "\"NOTIFY=\" ( \"NEVER\" / notify *( \",\" notify ) )"
     "/ \"ORCPT=\" ( 1*90vatext ! \"utf-8\" ) \";\" *90xtext-char / \"CONNEG\""
     "/ \"ORCPT=utf-8;\" 1*300( %x21-2A / %x2C-3C / %x3E-5B / %x5D-7E )"
     "/ \"RRVS=\" date-time [ \";\" ( \"C\" / \"R\" ) ]"},
    {"x-mail-param",
     "mail-param / ( \"AUTH=\" / \"SUBMITTER=\" / \"ENVID=\" ) 1*( xchar"
     "/ \"+\" 2( digit / %x41-46 ) ) / \"HOLDUNTIL=\" x-date-time"
     "/ \"TRANSID=\" x-value"},
    {"x-rcpt-param",
     "rcpt-param / \"ORCPT=\" 1*vatext \";\" [ x-value ]"
     "/ \"RRVS=\" x-date-time [ \";\" ( \"C\" / \"R\" ) ]"},
    {"x-mail-params", "x-mail-param *( sp x-mail-param )"},
    {"x-rcpt-params", "x-rcpt-param *( sp x-rcpt-param )"},
    {"mail-params", "mail-param *( sp mail-param )"},
    {"rcpt-params", "rcpt-param *( sp rcpt-param )"},

    /* Replies (4.2). Of "250" CRLF without its space see 4.2.1. */
    {"text", "1*( %x09 / %x20-7E )"},
    {"code", "%x32-35 %x30-35 %x30-39"},
    {"enhanced", "( \"2\" / \"4\" / \"5\" ) 2( \".\" ( \"0\""
                 "/ %x31-39 *2digit ) )"},
    {"status-text", "enhanced sp text"},
    {"reply", "*( code \"-\" [ text ] crlf ) code sp [ text ] crlf"},
    {"reply-line", "code ( sp / \"-\" ) [ status-text / text ] crlf"},
    {"host-text", "( domain / literal ) [ sp text ]"},
    {"domain-text", "domain [ sp text ]"},
    {"greeting", "\"220\" ( sp host-text crlf / \"-\" host-text crlf"
                 "*( \"220-\" [ text ] crlf ) \"220 \" [ text ] crlf )"},
    {"x-host-text", "( domain / literal ) [ sp [ text ] ]"},
    {"x-domain-text", "domain [ sp [ text ] ]"},
    {"x-greeting", "\"220\" ( sp x-host-text crlf / \"-\" x-host-text crlf"
                   "*( \"220-\" [ text ] crlf ) \"220 \" [ text ] crlf )"},
    {"ehlo-param", "1*( %x21-7E )"},
    {"ehlo-line", "esmtp-keyword *( sp ehlo-param )"},
    {"ehlo-reply", "\"250\" ( sp domain-text crlf / \"-\" domain-text crlf"
                   "*( \"250-\" ehlo-line crlf ) \"250 \" ehlo-line crlf )"},
    {"x-ehlo-reply",
     "\"250\" ( sp x-domain-text crlf / \"-\" x-domain-text crlf"
     "*( \"250-\" ehlo-line crlf ) \"250 \" ehlo-line crlf )"},

    /* Commands (4.1.1 and the extensions). "x-command" is all there is. */
    {"host", "domain / literal"},
    {"mechanism", "1*20( let-dig / \"-\" / \"_\" )"},
    {"uri", "alpha *( let-dig / \"+\" / \"-\" / \".\" ) \":\" *( let-dig"
            "/ %x24 / %x26-2F / %x3A-3B / %x3D / %x3F-40 / %x5B / %x5D / %x5F"
            "/ %x7E / %x21 / %x25 2hexdig )"},
    {"mail", "\"MAIL FROM:\" path-or-null [ sp mail-params ]"},
    {"rcpt", "\"RCPT TO:\" path-or-postmaster [ sp rcpt-params ]"},
    {"auth", "\"AUTH\" sp mechanism [ sp ( base64-text / \"=\" ) ]"},
    {"bdat", "\"BDAT\" sp 1*19digit [ sp \"LAST\" ]"},
    {"etrn", "\"ETRN\" sp ( [ \"@\" ] domain / \"#\" 1*%x21-7E )"},
    {"atrn-domain", "let-dig [ ldh-str ] 1*( \".\" let-dig [ ldh-str ] )"},
    {"atrn", "\"ATRN\" [ sp atrn-domain *( \",\" atrn-domain ) ]"},
    {"bare", "\"DATA\" / \"RSET\" / \"QUIT\" / \"STARTTLS\" / \"TURN\""},
    {"hello", "( \"EHLO\" / \"LHLO\" ) sp host / \"HELO\" sp domain"},
    {"ask", "( \"VRFY\" / \"EXPN\" ) sp ( dot-string / quoted / mailbox )"
            "/ ( \"NOOP\" / \"HELP\" ) [ sp string ]"},
    {"send", "( \"SEND\" / \"SOML\" / \"SAML\" ) \" FROM:\" path-or-null"},
    {"burl", "\"BURL\" sp uri [ sp \"LAST\" ]"},
    {"command", "( mail / rcpt / hello / bare / ask / auth / bdat / etrn"
                "/ atrn / send / burl ) crlf"},
    {"x-mail", "\"MAIL FROM:\" ( x-path / \"<>\" ) [ sp x-mail-params ]"},
    {"x-rcpt", "\"RCPT TO:\" ( x-path / \"<postmaster>\" )"
               "[ sp x-rcpt-params ]"},
    {"x-ask", "( \"VRFY\" / \"EXPN\" ) sp ( x-local / x-mailbox )"
              "[ \" SMTPUTF8\" ]"},
    {"x-send", "( \"SEND\" / \"SOML\" / \"SAML\" ) \" FROM:\""
               "( x-path / \"<>\" )"},
    {"x-bdat", "\"BDAT\" sp 1*digit [ sp \"LAST\" ]"},
    {"x-command", "( x-mail / x-rcpt / hello / bare / ask / x-ask / auth"
                  "/ x-bdat / etrn / atrn / x-send / burl ) crlf"},

    /* RFC 4616 2, RFC 5802 7, RFC 2831 2.1.1 */
    {"sasl-plain", "*4alpha %x00 ( \"tester@example.test\" / atom ) %x00"
                   "( \"secret-pw\" / atom )"},
    {"scram-first", "( \"n\" / \"y\" / \"p=\" 1*alpha ) \",\""
                    "[ \"a=\" atom ] \",n=tester@example.test,r=\" 1*alpha"},
    {"scram-challenge", "\"r=\" 1*b64 \",s=\" base64 \",i=\" 1*4digit"},
    {"scram-final", "\"c=biws,r=\" 1*b64 \",p=\" base64 / \"v=\" base64"},
    {"digest-challenge", "\"realm=\" quoted \",nonce=\" quoted"
                         "[ \",qop=\" quoted ] \",charset=utf-8\""
                         "\",algorithm=md5-sess\""},

    /* docs/SCRIPT.md, docs/result.schema.json */
    {"script-octets", "%x22 *( %x20-21 / %x23-5B / %x5C ( \"r\" / \"n\""
                      "/ \"t\" / \"x\" 2hexdig ) ) %x22"},
    {"script-line", "( \"C: \" text / \"C= \" script-octets / \"S: \" code"
                    "/ \"S!: \" code *( sp code ) / \" | \" code \" -> \""
                    "( \"pass\" / \"warn\" / \"info\" / \"fail\" ) sp "
                    "script-octets ) %x0A"},
    {"json-string", "%x22 *( %x20-21 / %x23-5B / %x5D-7E / %x5C ( \"n\""
                    "/ \"u\" 4hexdig ) / utf8 ) %x22"},
    {"json-value", "json-string / [ \"-\" ] 1*20digit [ \".\" 1*digit ]"
                   "/ \"true\" / \"false\" / \"null\" / \"[\" json-string"
                   "\"]\" / \"{\" json-string \":\" json-string \"}\""},
    {"json-member", "json-string \": \" json-value \",\" %x0A"},
    {NULL, NULL}
};
