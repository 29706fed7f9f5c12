/*
 * leaks: what the leak sanitizer is to pass over. GNU SASL 2.2.0 loses the
 * parts of a SCRAM message that it began to read and then refused (corpus/
 * sasl/regress/gsasl-scram-leak). What our code loses of the library's the
 * unit tests of src/sasl find, which run without this.
 */
const char *__lsan_default_suppressions(void);

__attribute__((visibility("default"))) const char *
__lsan_default_suppressions(void)
{
    return "leak:libgsasl\n";
}

/* A list of what was passed over, behind each run, is no news. */
const char *__lsan_default_options(void);

__attribute__((visibility("default"))) const char *
__lsan_default_options(void)
{
    return "print_suppressions=0";
}
