# smtpspec: build, tests, checks. GNU make; everything goes under build/.
# `make help` says what there is to make.

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

VERSION := 0.1.0
BUILD   ?= release
B       ?= build/$(BUILD)
PREFIX  ?= /usr/local
LIBDIR  ?= $(PREFIX)/lib
ifeq ($(origin CC),default)
CC      := gcc
endif

JOBS    ?= $(shell nproc)

comma := ,

# ---- flags ---------------------------------------------------------------
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
        -Wmissing-prototypes -Wvla -Wwrite-strings -Werror
OPT_release := -O2 -g -DNDEBUG
OPT_debug   := -O0 -g3
OPT_asan    := -O1 -g -fno-omit-frame-pointer \
               -fsanitize=address,undefined -fno-sanitize-recover=all
OPT_cov     := -O0 -g --coverage
# clang's; see the fuzz targets below. Edges are what guides libFuzzer.
# COMPARE=1 traces comparisons too, for a pass with -use_value_profile=1:
# without that they buy nothing and cost half of the rate.
TRACE := $(if $(COMPARE),-fsanitize=fuzzer-no-link,\
    -fsanitize-coverage=inline-8bit-counters$(comma)pc-table)
OPT_fuzz    := -O2 -g -fno-omit-frame-pointer $(TRACE) \
               -fsanitize=address,undefined -fno-sanitize-recover=all
OPT_fuzz-plain := -O2 -g $(TRACE)
OPT_fuzz-cov   := -O1 -g -fprofile-instr-generate -fcoverage-mapping
OPT_fuzz-env   := # what $CFLAGS says: fuzz/build.sh
VARIANTS    := release debug asan cov fuzz fuzz-plain fuzz-cov fuzz-env
ifeq ($(filter $(BUILD),$(VARIANTS)),)
$(error BUILD=$(BUILD): expected release, debug, asan, cov or fuzz)
endif

PKGS := openssl libgsasl jansson libxml-2.0
# Evaluated when first used: `make deps` must work before they are there.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PKGS)))$(PKG_LIBS)

CFLAGS_ALL = -std=gnu11 -D_GNU_SOURCE -DSMTPSPEC_VERSION='"$(VERSION)"' \
             -Isrc -pthread -fPIC $(WARN) $(OPT_$(BUILD)) $(CFLAGS)
LDFLAGS_ALL = -pthread $(LDFLAGS) \
              $(filter -fsanitize% --coverage -fprofile%,$(OPT_$(BUILD)))

# ---- layers: what each may use (checked by `make layers`) ------------------
LAYERS := smtp net sasl script server report check live cli
USES_smtp   :=
USES_net    := smtp
USES_sasl   := smtp
USES_script := sasl net smtp
USES_server := sasl net smtp
USES_report := script sasl net smtp
USES_check  := report script sasl net smtp
USES_live   := report script sasl net smtp
USES_cli    := check live report server script sasl net smtp

# main.c is linked by itself: the tests have a main of their own.
srcs = $(filter-out src/cli/main.c,$(sort $(wildcard src/$(1)/*.c)))
objs = $(patsubst src/%.c,$(B)/obj/%.o,$(call srcs,$(1)))

LIB_A  := $(B)/libsmtpspec.a
LIB_SO := $(B)/libsmtpspec.so.0

.PHONY: all
all: $(B)/smtpspec $(LIB_A) $(LIB_SO)

# V=1 shows the commands.
say = $(if $(V),,@printf '  %-3s %s\n' $(1) $(2); )

# Rebuilt when what they hold changes: the compiler and its flags, and the
# sources there are (an archive does not see that one of its files is gone).
# Several makes may look at one folder at the same time.
define stamp
@mkdir -p $(@D)
@new=$@.$$$$; printf '%s\n' '$(subst ','\'',$(1))' > $$new; \
    if cmp -s $$new $@; then rm $$new; else mv $$new $@; fi
endef
$(B)/flags: FORCE
	$(call stamp,$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL))
$(B)/sources: FORCE
	$(call stamp,$(sort $(wildcard src/*/*.c tests/*/*.c harness/*/*.c \
	    fuzz/*.c fuzz/*/*.c)))
.PHONY: FORCE
FORCE:

$(B)/obj/%.o: src/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(CFLAGS_ALL) \
	    $(if $(filter smtp/%,$*),,$(PKG_CFLAGS)) -MMD -MP -c -o $@ $<

# Files that are part of the program.
$(B)/obj/report/assets.o: src/report/html.css src/report/html.js

define layer_rule
$(B)/lib/$(1).a: $(call objs,$(1)) $(B)/sources
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(call say,AR,$$@)ar rcs $$@ $(call objs,$(1))
archives_$(1) = $(B)/lib/$(1).a $(foreach u,$(USES_$(1)),$(B)/lib/$(u).a)
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rule,$(l))))

$(LIB_A): $(call objs,smtp) $(B)/sources
	@rm -f $@
	$(call say,AR,$@)ar rcs $@ $(filter %.o,$^)
$(LIB_SO): $(call objs,smtp) $(B)/sources
	$(call say,LD,$@)$(CC) -shared -Wl,-soname,$(notdir $@) $(LDFLAGS_ALL) \
	    -o $@ $(filter %.o,$^)
	@ln -sf $(notdir $@) $(B)/libsmtpspec.so

$(B)/smtpspec: $(B)/obj/cli/main.o $(archives_cli)
	$(call say,LD,$@)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(PKG_LIBS)

# ---- unit tests: one binary a layer, tests/<layer>/<module>_test.c ----------
# What a layer's tests may use beyond the layer and what is below it.
TEST_USES_check := server
TEST_USES_cli   := check report server

test_srcs = $(sort $(wildcard tests/$(1)/*.c))
test_objs = $(patsubst tests/%.c,$(B)/obj/tests/%.o,$(call test_srcs,$(1)))
TESTED := $(foreach l,$(LAYERS),$(if $(call test_srcs,$(l)),$(l)))

# Test and harness code: as strict, but Criterion's macros are not pedantic.
TEST_CFLAGS = $(filter-out -Wpedantic -Wmissing-prototypes,$(CFLAGS_ALL)) \
              $(PKG_CFLAGS) -I. -Iharness

$(B)/obj/tests/%.o: tests/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(TEST_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/obj/harness/%.o: harness/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(CFLAGS_ALL) $(PKG_CFLAGS) -Iharness -MMD -MP \
	    -c -o $@ $<

TEST_OBJS := $(B)/obj/harness/feed.o $(B)/obj/harness/guard.o
MEMCHECK  := $(if $(filter asan,$(BUILD)),harness/memcheck asan)

define test_rule
$(B)/test-$(1): $(call test_objs,$(1)) $(TEST_OBJS) $(B)/sources \
    $(archives_$(1)) $(foreach u,$(TEST_USES_$(1)),$(B)/lib/$(u).a)
	$$(call say,LD,$$@)$(CC) $(LDFLAGS_ALL) -o $$@ $$(filter %.o,$$^) \
	    -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group \
	    -lcriterion $$(PKG_LIBS)
.PHONY: unit-$(1)
unit-$(1): $(B)/test-$(1)
	$(MEMCHECK) $(B)/test-$(1)
endef
$(foreach l,$(TESTED),$(eval $(call test_rule,$(l))))

# What judges other people's parsers is tested as the layers are.
HARNESS_OBJS := $(patsubst %.c,$(B)/obj/%.o,$(sort $(wildcard \
    harness/oracle*.c harness/trial*.c)) harness/adapters/process_answer.c)
$(B)/test-harness: $(call test_objs,harness) $(TEST_OBJS) $(HARNESS_OBJS) \
    $(B)/sources $(B)/lib/smtp.a
	$(call say,LD,$@)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o %.a,$^) \
	    -lcriterion
.PHONY: unit unit-harness
unit-harness: $(B)/test-harness
	$(MEMCHECK) $(B)/test-harness
unit: $(TESTED:%=unit-%) unit-harness

# ---- the fault matrix --------------------------------------------------------
PROVE_OBJS := $(patsubst harness/%.c,$(B)/obj/harness/%.o,\
    $(sort $(wildcard harness/prove/*.c)))
$(B)/prove: $(PROVE_OBJS) $(archives_check) $(B)/lib/server.a $(B)/sources
	$(call say,LD,$@)$(CC) $(LDFLAGS_ALL) -o $@ $(PROVE_OBJS) \
	    -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(PKG_LIBS)

.PHONY: prove
prove: $(B)/prove
	$(B)/prove $(if $(EVERY),--every $(EVERY)) conformance

# ---- mutants ---------------------------------------------------------------
# The reference server with one condition changed, and that for each of them;
# all are in one program. About an hour of processor time: harness/mutants.
MUTATED := $(sort $(wildcard src/server/session*.c)) src/server/policy.c \
    src/server/server_conn.c src/server/store.c
MUTANT_OBJS := $(MUTATED:src/server/%.c=$(B)/mutants/%.o) \
    $(patsubst harness/%.c,$(B)/obj/harness/%.o,\
    $(sort $(wildcard harness/mutants/*.c)) harness/prove/rig.c)
$(B)/mutants/places.tsv: harness/mutants/schema.py $(MUTATED)
	$(call say,PY,$@)harness/mutants/schema.py $(@D) $(MUTATED)
$(B)/mutants/%.o: $(B)/mutants/places.tsv src/server/%.c $(B)/flags
	$(call say,CC,$@)$(CC) $(filter-out $(WARN),$(CFLAGS_ALL)) \
	    $(PKG_CFLAGS) -Iharness -MMD -MP -c -o $@ $(@:.o=.c)
$(B)/mutants/player: $(MUTANT_OBJS) $(archives_check) $(B)/lib/server.a
	$(call say,LD,$@)$(CC) $(LDFLAGS_ALL) -Wl,--wrap=server_serve -o $@ \
	    $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) \
	    -Wl,--end-group $(PKG_LIBS)

.PHONY: mutants
mutants: $(B)/mutants/player
	harness/mutants/run.py $(ARGS) $(B)

# ---- fuzzing -----------------------------------------------------------------
# fuzz/<target>_fuzz.c each; docs/fuzzing.md. In the fuzz builds they are
# linked with libFuzzer, in the others with a driver that plays files.
FUZZ_TARGETS := $(patsubst fuzz/%_fuzz.c,%,$(sort $(wildcard fuzz/*_fuzz.c)))
FUZZ_BINS    := $(FUZZ_TARGETS:%=$(B)/%_fuzz)
FUZZ_OBJS    := $(patsubst fuzz/%.c,$(B)/obj/fuzz/%.o,\
    $(filter-out %_fuzz.c fuzz/empty.c,$(sort $(wildcard fuzz/*.c)))) \
    $(B)/obj/harness/feed.o
FUZZ_LAYERS  := server report script sasl net smtp
FUZZ_ENGINE  ?= $(if $(filter fuzz fuzz-plain,$(BUILD)),-fsanitize=fuzzer)
FUZZ_MAIN     = $(if $(strip $(FUZZ_ENGINE)),,$(B)/obj/harness/replay.o)
# An engine may be C++ (OSS-Fuzz's are).
FUZZ_LINK    ?= $(CC)

# What counts is the coverage of what is tested, not of the test.
$(B)/obj/fuzz/%.o: fuzz/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(subst fuzzer-no-link$(comma),,\
	    $(filter-out -fsanitize=fuzzer-no-link -fsanitize-coverage=%,\
	    $(CFLAGS_ALL))) $(PKG_CFLAGS) -Iharness $(FUZZ_CFLAGS) -MMD -MP -c -o $@ $<

$(FUZZ_BINS): $(B)/%_fuzz: $(B)/obj/fuzz/%_fuzz.o $(FUZZ_OBJS) \
    $(FUZZ_MAIN) $(FUZZ_LAYERS:%=$(B)/lib/%.a) $(B)/sources
	$(call say,LD,$@)$(FUZZ_LINK) $(LDFLAGS_ALL) -o $@ \
	    $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) \
	    -Wl,--end-group $(FUZZ_ENGINE) -Wl,--as-needed $(PKG_LIBS)

# For bench-fuzz: a target that does nothing, and each one with nothing in the
# place of what it does. libFuzzer does not run what has no coverage at all.
FUZZ_EMPTY := $(FUZZ_TARGETS:%=$(B)/%_empty) $(B)/empty
$(B)/obj/fuzz/empty.o: FUZZ_CFLAGS += $(TRACE)
$(B)/empty: $(B)/obj/fuzz/empty.o $(FUZZ_MAIN)
	$(call say,LD,$@)$(FUZZ_LINK) $(LDFLAGS_ALL) -o $@ $^ $(FUZZ_ENGINE)
$(B)/obj/fuzz/wrapped/empty.o: fuzz/empty.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(CFLAGS_ALL) -DFUZZ_WRAPPED -MMD -MP -c -o $@ $<
$(filter %_empty,$(FUZZ_EMPTY)): $(B)/%_empty: $(B)/obj/fuzz/%_fuzz.o \
    $(B)/obj/fuzz/wrapped/empty.o $(FUZZ_OBJS) $(FUZZ_LAYERS:%=$(B)/lib/%.a)
	$(call say,LD,$@)$(FUZZ_LINK) $(LDFLAGS_ALL) -o $@ \
	    -Wl,--wrap=LLVMFuzzerTestOneInput $(filter %.o,$^) \
	    -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(FUZZ_ENGINE) \
	    -Wl,--as-needed $(PKG_LIBS)

# Everything a corpus holds, in whatever build this is, and some mutations.
FUZZ_MUTATE ?= 2
.PHONY: fuzzers fuzz corpora corpus fuzz-run fuzz-cov bench-fuzz oss-fuzz
fuzzers: $(FUZZ_BINS)
corpora: $(FUZZ_BINS)
	@harness/fuzz/replay $(B) $(FUZZ_MUTATE) "$(FUZZ_TARGETS)"

# At build/fuzz/<target>_fuzz, under ASan and UBSan.
FUZZ_MAKE := $(MAKE) --no-print-directory CC=clang
fuzz:
	+$(FUZZ_MAKE) BUILD=fuzz fuzzers

fuzz-run: fuzz
	harness/fuzz/run build/fuzz $(if $(filter-out file,$(origin TIME)),\
	    $(TIME),20) "$(FUZZ_TARGETS)"

# RESULTS: JSON of real servers; WORK: see harness/fuzz/run.
corpus: fuzz $(B)/smtpspec
	harness/fuzz/corpus build/fuzz $(B)/smtpspec "$(FUZZ_TARGETS)" $(RESULTS)

fuzz-cov:
	+$(FUZZ_MAKE) BUILD=fuzz-cov fuzzers
	harness/fuzz/coverage build/fuzz-cov "$(FUZZ_TARGETS)"

# fuzz/build.sh, as OSS-Fuzz calls it.
oss-fuzz:
	harness/fuzz/oss-fuzz 2000 "$(FUZZ_TARGETS)"

# All targets, without sanitizers and with them; or, for a quick look at the
# two that have to be quick: BENCH="reply command" RUNS=50000 PLAIN=
.PHONY: fuzz-empty
fuzz-empty: fuzzers $(FUZZ_EMPTY)
BENCH ?= $(FUZZ_TARGETS)
PLAIN ?= build/fuzz-plain
RUNS  ?= 200000
bench-fuzz:
	+$(if $(PLAIN),$(FUZZ_MAKE) BUILD=fuzz-plain fuzz-empty)
	+$(FUZZ_MAKE) BUILD=fuzz fuzz-empty
	harness/fuzz/bench "$(PLAIN)" build/fuzz $(RUNS) "$(BENCH)"

# ---- fuzzing running servers ----------------------------------------------------
# smtpspec-fuzz: libFuzzer's driver over src/live. It needs clang's runtime;
# the program itself may be built by any compiler.
FUZZ_RUNTIME := $(wildcard $(shell clang --print-runtime-dir \
    2>/dev/null)/libclang_rt.fuzzer_no_main-x86_64.a)
ifneq ($(FUZZ_RUNTIME),)
all: $(B)/smtpspec-fuzz
endif
$(B)/obj/fuzz/live/%.o: CFLAGS_ALL += $(PKG_CFLAGS)
LIVE_OBJS := $(patsubst fuzz/%.c,$(B)/obj/fuzz/%.o,$(wildcard \
    fuzz/live/*.c) fuzz/mutate.c fuzz/kinds.c fuzz/rules.c fuzz/abnf.c \
    fuzz/abnf_write.c fuzz/abnf_match.c)
$(B)/smtpspec-fuzz: $(LIVE_OBJS) $(archives_cli) $(B)/sources
	$(call say,LD,$@)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) \
	    -Wl,--start-group $(filter %.a,$^) -Wl,--end-group \
	    $(FUZZ_RUNTIME) -lstdc++ -lm $(PKG_LIBS)

# What is linked into a server under fuzzing, or preloaded; and the reference
# server with planted faults, built so.
LIVE_CC      := clang
LIVE_CFLAGS   = -std=gnu11 -D_GNU_SOURCE $(WARN) -O2 -g -fPIC
LIVE_COVER   := -fsanitize-coverage=trace-pc-guard
PLANTED_SRCS := harness/live/planted.c harness/live/faults.c \
    src/live/input.c src/live/model.c src/server/ref.c src/server/policy.c \
    $(wildcard src/server/session*.c src/server/faults*.c src/smtp/*.c \
    src/sasl/*.c)
build/live/runtime.o: harness/live/runtime.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(LIVE_CC) $(LIVE_CFLAGS) -c -o $@ $<
build/live/preload.so: harness/live/runtime.c
	@mkdir -p $(@D)
	$(call say,LD,$@)$(LIVE_CC) $(LIVE_CFLAGS) -DLIVE_PRELOAD -shared \
	    -o $@ $<
# Without clang's runtime, which would tell a signal as a report.
build/live/planted: $(PLANTED_SRCS) build/live/runtime.o
	@mkdir -p $(@D)
	$(call say,LD,$@)$(LIVE_CC) $(LIVE_CFLAGS) -Isrc $(LIVE_COVER) \
	    -fno-sanitize-link-runtime -o $@ $^ $(PKG_LIBS)
build/live/planted-asan: $(PLANTED_SRCS) build/live/runtime.o
	@mkdir -p $(@D)
	$(call say,LD,$@)$(LIVE_CC) $(LIVE_CFLAGS) -Isrc $(LIVE_COVER) \
	    -fsanitize=address,undefined -o $@ $^ $(PKG_LIBS)
# The same by afl-clang-fast, whose fork server it then has.
build/live/planted-afl: $(PLANTED_SRCS) harness/live/afl.c
	@mkdir -p $(@D)
	$(call say,LD,$@)AFL_QUIET=1 afl-clang-fast -std=gnu11 -D_GNU_SOURCE \
	    -O2 -g -Isrc -Iharness/live -o $@ $^ $(PKG_LIBS)
# FAULTS: those to look for, of `build/live/planted --list`; default all.
.PHONY: live test-live
test-live: all live
	tests/cli/fuzz.sh $(B)/smtpspec build/live/planted $(FAULTS)
	tests/cli/fuzz-afl.sh $(B)/smtpspec build/live/planted-afl \
	    build/live/preload.so
ifneq ($(shell command -v afl-clang-fast),)
live: build/live/planted-afl
endif
live: $(B)/smtpspec-fuzz build/live/preload.so build/live/planted \
    build/live/planted-asan

# The seeds: what the cases send, to a server for mail and to one for
# submission, and harness/live/sessions.py.
LIVE_SEEDS := conformance/seeds
build/live/seeds: FORCE | all
	@mkdir -p build/live
	$(B)/smtpspec check -q --json build/live/mx.json ref: >/dev/null
	SMTPSPEC_PASSWORD=secret-pw $(B)/smtpspec check -q \
	    --user tester@example.test --json build/live/submission.json \
	    ref:submission >/dev/null
	rm -rf $@
	/usr/bin/python3 harness/live/seeds.py $@ build/live/mx.json \
	    build/live/submission.json
.PHONY: live-seeds check-seeds
live-seeds: build/live/seeds
	rm -rf $(LIVE_SEEDS)
	cp -R $< $(LIVE_SEEDS)
check-seeds: build/live/seeds
	@diff -rq $< $(LIVE_SEEDS) || \
	    { echo "$(LIVE_SEEDS): expected what make live-seeds writes"; false; }

# Debian's Exim: docs/live-fuzzing.md. SANITIZE=1 plays what is new under ASan
# at the end; WORKERS and ARGS are for smtpspec fuzz.
.PHONY: fuzz-exim fuzz-exim-asan fuzz-exim-cov
EXIM_RUN := SMTPSPEC=$(abspath $(B)/smtpspec) harness/live/exim/run
fuzz-exim: all
	SANITIZE=$(SANITIZE) WORKERS=$(WORKERS) ARGS='$(ARGS)' $(EXIM_RUN) fuzz \
	    $(if $(filter-out file,$(origin TIME)),$(TIME),900)
fuzz-exim-asan: all
	$(EXIM_RUN) asan
fuzz-exim-cov: all
	MISSED=$(MISSED) $(EXIM_RUN) cov

# Sessions a processor second, all on one core.
build/live/bench: harness/live/bench.c
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) -std=gnu11 -D_GNU_SOURCE $(WARN) -O2 -o $@ $<
.PHONY: bench-live
bench-live: all build/live/bench
	harness/live/bench-live $(B)/smtpspec build/live/bench $(SESSIONS)

# ---- somebody else's parser ------------------------------------------------
# harness/adapter.h, docs/adapters.md. What is built here has libFuzzer in it;
# one that is no .c file is a program, which the process adapter starts.
ADAPTER_OBJS := $(patsubst %.c,$(B)/obj/%.o,$(sort $(wildcard \
    harness/oracle*.c harness/trial*.c)) harness/feed.c \
    fuzz/adapter/adapter_fuzz.c fuzz/kinds.c fuzz/mutate.c fuzz/rules.c \
    $(sort $(wildcard fuzz/abnf*.c)))
ADAPTER_C    := $(if $(filter %.c,$(ADAPTER)),$(ADAPTER),\
    harness/adapters/process.c harness/adapters/process_answer.c)
ADAPTER_BIN  := $(B)/adapters/$(basename $(notdir $(firstword $(ADAPTER_C))))
ADAPTER_CFLAGS ?= -std=gnu11 -D_GNU_SOURCE -g -O1 -Wall -Wextra
TIME         ?= 60

$(B)/adapters/%: $(ADAPTER_OBJS) $(B)/lib/smtp.a FORCE
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(ADAPTER_CFLAGS) -Isrc -Iharness \
	    $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $(ADAPTER_C) \
	    $(filter %.o %.a,$^) $(LIBS)

.SECONDARY: $(ADAPTER_OBJS)
.PHONY: adapter fuzz-adapter
adapter:
	@test -n "$(ADAPTER)" || { echo "make: expected ADAPTER=FILE" >&2; \
	    exit 2; }
	@$(MAKE) --no-print-directory BUILD=fuzz CC=clang \
	    build/fuzz/adapters/$(notdir $(ADAPTER_BIN))

# What the JavaScript adapters adapt. npm asks its registry for these two.
ADAPTER_MODULES := nodemailer@8.0.10 smtp-server@3.18.5
ADAPTER_STAMP   := build/adapters/$(subst $() $(),+,$(ADAPTER_MODULES))
$(ADAPTER_STAMP):
	@mkdir -p build/adapters
	npm install --prefix build/adapters --before=2026-06-01 --omit=dev \
	    --no-audit --no-fund --no-update-notifier --loglevel=error \
	    $(ADAPTER_MODULES)
	@touch $@
.PHONY: adapter-modules test-adapters
adapter-modules: $(ADAPTER_STAMP)
test-adapters:
	harness/adapters/test

fuzz-adapter: adapter
	$(if $(filter %.c,$(ADAPTER)),,ADAPTER_COMMAND='$(ADAPTER)') \
	    harness/fuzz-adapter --time $(TIME) $(KNOWN:%=--known %) \
	    $(KINDS:%=--kinds %) $(OUT:%=--out %) $(INPUT:%=--replay %) \
	    build/fuzz/adapters/$(notdir $(ADAPTER_BIN))

# ---- hostile servers ---------------------------------------------------------
TORTURE_OBJS := $(patsubst harness/%.c,$(B)/obj/harness/%.o,\
    $(sort $(wildcard harness/torture/*.c)))
$(B)/torture: $(TORTURE_OBJS) $(B)/lib/server.a $(archives_server) $(B)/sources
	$(call say,LD,$@)$(CC) $(LDFLAGS_ALL) -o $@ $(TORTURE_OBJS) \
	    -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(PKG_LIBS)

.PHONY: torture
torture: $(B)/torture $(B)/smtpspec
	harness/torture/selftest $(B)/torture $(B)/smtpspec
	$(B)/torture $(if $(FULL),--full) $(B)/smtpspec

# ---- benchmarks --------------------------------------------------------------
$(B)/bench-smtp: $(B)/obj/harness/bench/bench_smtp.o $(B)/lib/smtp.a
	$(call say,LD,$@)$(CC) $(LDFLAGS_ALL) -o $@ $^

$(B)/bench-runner: $(B)/obj/harness/bench/bench_runner.o $(archives_script) \
    $(B)/lib/script.a
	$(call say,LD,$@)$(CC) $(LDFLAGS_ALL) -o $@ $< $(archives_script) \
	    $(PKG_LIBS)

.PHONY: bench instructions
bench: $(B)/bench-smtp $(B)/bench-runner $(B)/smtpspec
	$(B)/bench-smtp
	@echo
	harness/bench/runner $(B)/bench-runner $(B)/smtpspec

instructions: $(B)/bench-smtp
	harness/bench/instructions $(B)/bench-smtp

# ---- house -------------------------------------------------------------------
.PHONY: layers headers lint tidy shellcheck valgrind coverage
layers:
	@harness/layers $(foreach l,$(LAYERS),"$(l): $(USES_$(l))")
	@harness/style

SHELL_SCRIPTS := .clusterfuzzlite/build.sh fuzz/build.sh \
    $(addprefix harness/fuzz/,bench corpus coverage oss-fuzz replay run) \
    .ci/run harness/bench/instructions harness/bench/runner \
    completions/smtpspec.bash harness/check-deb harness/check-docs \
    harness/check-install harness/deps harness/fuzz-adapter \
    harness/adapters/test \
    harness/layers harness/memcheck \
    harness/style harness/tidy harness/torture/selftest \
    tests/cli/completion.sh harness/live/exim/prepare harness/live/exim/run \
    tests/cli/e2e.sh tests/cli/fuzz.sh tests/cli/fuzz-afl.sh \
    tests/cli/report.sh \
    tests/cli/verdicts.sh
shellcheck:
	shellcheck -x $(SHELL_SCRIPTS)
	cd harness/servers && shellcheck -x rig check-all test lib/*.sh \
	    */server.sh */init.sh

# Every header compiles alone.
headers:
	@printf '%s\n' $(wildcard src/*/*.h harness/*.h harness/*/*.h fuzz/*.h) | \
	    xargs -P $(JOBS) -I HEADER $(CC) $(filter-out '%,$(CFLAGS_ALL)) \
	    $(PKG_CFLAGS) -Iharness -fsyntax-only -x c HEADER

lint: $(B)/smtpspec
	$(B)/smtpspec lint conformance

tidy:
	@harness/tidy $(JOBS) $(foreach l,$(LAYERS),$(wildcard src/$(l)/*.c)) \
	    $(wildcard harness/*.c harness/*/*.c fuzz/*.c fuzz/*/*.c) -- \
	    -std=gnu11 -D_GNU_SOURCE '-D__AFL_INIT()=(void)0' -Isrc -Iharness \
	    -DSMTPSPEC_VERSION='"$(VERSION)"' $(PKG_CFLAGS)

# What reads the network's octets; the other layers take as long again.
VALGRIND_LAYERS ?= smtp script net
.PHONY: $(VALGRIND_LAYERS:%=valgrind-%)
$(VALGRIND_LAYERS:%=valgrind-%): valgrind-%: $(B)/test-%
	harness/memcheck valgrind $<
valgrind: $(VALGRIND_LAYERS:%=valgrind-%)

# Lines of src/smtp that its unit tests reach.
coverage:
	@find build/cov -name '*.gcda' -delete 2>/dev/null || true
	$(MAKE) BUILD=cov unit-smtp
	gcovr --root . --filter src/smtp/ --object-directory build/cov \
	    --fail-under-line 95 --print-summary build/cov/obj/smtp

# ---- what users run ----------------------------------------------------------
.PHONY: help deps demo test e2e servers check-servers test-servers \
    repeat-servers
help:
	@sed -n 's/^#? \{0,1\}//p' Makefile

#? make deps           install the Debian packages that are missing
#? make                build/release/smtpspec and libsmtpspec
#? make demo           check the reference server, right and wrong
#? make test           all tests that need no mail server on this machine:
#?                     headers layers unit lint prove e2e, each by itself too
#? make unit-LAYER     unit tests of a layer: smtp net sasl script server
#?                     report check cli
#? make test-html      the HTML report in Chromium; make deps-html first
#? make torture        the whole suite against hostile servers (FULL=1: all of
#?                     the ways in which they are)
#? make mutants        conditions of the reference server changed one by one:
#?                     which does no case notice? An hour (ARGS="--jobs 2")
#? make servers        real servers, prepared under build/servers (root)
#? make check-servers  check all of them, and set the results side by side
#? make fuzz-adapter ADAPTER=FILE   fuzz a parser of yours: docs/adapters.md
#? make test-adapters  that finds what is planted, and knows the real parsers
#? make test-servers   the same held against what is known (SERVERS="exim ...")
#? make repeat-servers three checks in a row have to say the same
#? make tidy shellcheck valgrind coverage   static and dynamic analysis
#? make fuzz           the fuzz targets, build/fuzz/*_fuzz (docs/fuzzing.md)
#? make fuzz-run       each for TIME=20 or CPU=n seconds; fuzz/floors.tsv
#? make fuzz-cov       what of src/smtp the corpora reach, as HTML
#? make bench-fuzz     executions a second, beside an empty target
#? make oss-fuzz       fuzz/build.sh as OSS-Fuzz calls it, and what it built
#? make corpora        plays corpus/ (in test too); make corpus: rebuilds it
#? make bench          speed, beside memchr, memcpy and smtp-source
#? make instructions   instructions a message, against the limits
#? make install        to PREFIX (/usr/local), below DESTDIR
#? make check-install  installs below build/ and uses it
#? make deb            Debian packages, below build/deb
#? make check-deb      installs them in a clean root and uses them
#? make check-ci       the action and the examples of docs/ci, step by step
#? make live           what servers under fuzzing are built with
#? make test-live      smtpspec fuzz finds what is planted (FAULTS="name ...")
#? make live-seeds     the seeds of smtpspec fuzz, from the cases; check-seeds:
#?                     whether they are
#? make fuzz-exim      fuzzes Debian's Exim for TIME=900 seconds, with its
#?                     coverage (docs/live-fuzzing.md); fuzz-exim-cov: lines
#?                     and branches that were reached
#? make bench-live     sessions a second on Exim, beside clients that do the
#?                     least
#? make check-docs     manual pages and completions against the program, and
#?                     the findings against what the real servers show
#? make clean          all of build/ but the servers
#?
#? BUILD=release|debug|asan|cov  CC=gcc|clang  JOBS=N  V=1 (show commands)
deps:
	@harness/deps
# With -j too, nothing begins before what it needs is there.
ifneq ($(filter deps,$(MAKECMDGOALS)),)
$(B)/flags $(B)/sources layers headers tidy shellcheck servers: | deps
endif

DEMO_FAULT := greeting-no-domain
demo: all
	@printf '\n\n$$ smtpspec check ref:    # the strict reference server\n\n'
	@$(B)/smtpspec check ref:
	@printf '\n\n$$ smtpspec check ref:%s    # with one fault\n\n' $(DEMO_FAULT)
	@$(B)/smtpspec check ref:$(DEMO_FAULT); test $$? -eq 1

e2e: all $(B)/torture
	tests/cli/e2e.sh $(B)/smtpspec
	tests/cli/report.sh $(B)/smtpspec
	tests/cli/verdicts.sh $(B)/smtpspec

.PHONY: check-docs check-ci
check-docs: all
	harness/check-docs $(B)/smtpspec
	tests/cli/completion.sh $(B)/smtpspec
	/usr/bin/python3 harness/servers/lib/explained.py \
	    harness/servers/expected docs/findings.md

# The steps of action.yml and docs/ci, as the two services run them.
check-ci: all
	/usr/bin/python3 tests/cli/ci.py

test: all headers layers unit lint prove e2e corpora check-docs

# The HTML report in a browser. Nothing that npm fetches is run while it is
# installed, and nothing is newer than the date.
CHECKERS := build/html/node_modules
.PHONY: deps-html test-html
deps-html:
	@harness/deps html
	@test -d $(CHECKERS)/axe-core || npm install --prefix build/html \
	    --before=2026-06-01 --ignore-scripts --no-audit --no-fund \
	    --no-update-notifier axe-core@4.10.3 html-validate@9.7.1

test-html: all
	/usr/bin/python3 tests/html/run.py $(B)/smtpspec $(CHECKERS)

servers:
	harness/servers/rig prepare

check-servers: all
	harness/servers/check-all --smtpspec $(B)/smtpspec

test-servers: all
	harness/servers/test --smtpspec $(B)/smtpspec

repeat-servers: SERVERS ?= postfix exim opensmtpd aiosmtpd
repeat-servers: all
	harness/servers/test --smtpspec $(B)/smtpspec --repeat 3 $(SERVERS)

# ---- installation -------------------------------------------------------------------
SHARE := $(DESTDIR)$(PREFIX)/share
PUBLIC_HEADERS := $(addprefix src/smtp/,span.h flaw.h line.h reply.h ehlo.h \
    command.h path.h param.h data.h code.h enhanced.h base64.h xtext.h)

define PC
prefix=$(PREFIX)
Name: smtpspec
Description: strict SMTP parsers
Version: $(VERSION)
Libs: -L$(LIBDIR) -lsmtpspec
Cflags: -I$${prefix}/include/smtpspec
endef
export PC

.PHONY: install check-install
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBDIR)/pkgconfig \
	    $(DESTDIR)$(PREFIX)/include/smtpspec/smtp $(SHARE)/smtpspec \
	    $(SHARE)/man/man1 $(SHARE)/man/man5 \
	    $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions
	install -m 755 $(B)/smtpspec $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(LIB_A) $(DESTDIR)$(LIBDIR)/
	install -m 755 $(LIB_SO) $(DESTDIR)$(LIBDIR)/
	ln -sf $(notdir $(LIB_SO)) $(DESTDIR)$(LIBDIR)/libsmtpspec.so
	install -m 644 $(PUBLIC_HEADERS) \
	    $(DESTDIR)$(PREFIX)/include/smtpspec/smtp/
	@printf '%s\n' "$$PC" > $(DESTDIR)$(LIBDIR)/pkgconfig/smtpspec.pc
	install -m 644 docs/man/*.1 $(SHARE)/man/man1/
	install -m 644 docs/man/*.5 $(SHARE)/man/man5/
	install -m 644 completions/smtpspec.bash \
	    $(SHARE)/bash-completion/completions/smtpspec
	install -m 644 completions/_smtpspec $(SHARE)/zsh/site-functions/
	rm -rf $(SHARE)/smtpspec/conformance
	cp -R conformance $(SHARE)/smtpspec/

check-install: all
	rm -rf $(B)/install
	$(MAKE) --no-print-directory install DESTDIR=$(B)/install
	CC=$(CC) harness/check-install $(B)/install $(PREFIX)

# A source tree of what git has (or of what is here, without git), with the
# packages beside it.
DEB := build/deb
.PHONY: deb check-deb
deb:
	rm -rf $(DEB)
	mkdir -p $(DEB)/smtpspec-$(VERSION)
	{ git ls-files 2>/dev/null || \
	    find * -path build -prune -o -type f -print; } | \
	    tar -c -T - | tar -x -C $(DEB)/smtpspec-$(VERSION)
	cd $(DEB)/smtpspec-$(VERSION) && dpkg-buildpackage -us -uc -b
	@ls $(DEB)/*.deb

check-deb: deb
	harness/check-deb $(DEB)

.PHONY: clean
clean:
	rm -rf $(VARIANTS:%=build/%) build/clang build/bench build/live build/corpus $(DEB)

-include $(shell find $(B)/obj $(B)/mutants -name '*.d' 2>/dev/null)
