# smtpspec: build, tests, checks. GNU make; everything goes under build/.
#
#   make deps demo     install what is missing, build, check the reference
#                      server and show the report
#   make deps test     run every test that needs no mail server installed
#
# Variables: BUILD=release|debug|asan|cov, CC=gcc|clang, PREFIX, DESTDIR.

.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

VERSION := 0.1.0
BUILD   ?= release
B       ?= build/$(BUILD)
PREFIX  ?= /usr/local
ifeq ($(origin CC),default)
CC      := gcc
endif

# ---- flags ---------------------------------------------------------------
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
        -Wmissing-prototypes -Wvla -Wwrite-strings -Werror
OPT_release := -O2 -g -DNDEBUG
OPT_debug   := -O0 -g3
OPT_asan    := -O1 -g -fno-omit-frame-pointer \
               -fsanitize=address,undefined -fno-sanitize-recover=all
OPT_cov     := -O0 -g --coverage
ifeq ($(OPT_$(BUILD)),)
$(error BUILD=$(BUILD): expected release, debug, asan or cov)
endif

PKGS := openssl libgsasl jansson libxml-2.0
# Evaluated when first used: `make deps` must work before they are there.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PKGS)))$(PKG_LIBS)

CFLAGS_ALL = -std=gnu11 -D_GNU_SOURCE -DSMTPSPEC_VERSION='"$(VERSION)"' \
             -Isrc -pthread -fPIC $(WARN) $(OPT_$(BUILD)) $(CFLAGS)
LDFLAGS_ALL = -pthread $(filter -fsanitize% --coverage,$(OPT_$(BUILD))) \
              $(LDFLAGS)

# ---- layers: what each may use (checked by `make layers`) ------------------
LAYERS := smtp net sasl script server report check cli
USES_smtp   :=
USES_net    := smtp
USES_sasl   := smtp
USES_script := sasl net smtp
USES_server := sasl net smtp
USES_report := script sasl net smtp
USES_check  := report script sasl net smtp
USES_cli    := check report server script sasl net smtp

# main.c is linked by itself: the tests have a main of their own.
srcs = $(filter-out src/cli/main.c,$(sort $(wildcard src/$(1)/*.c)))
objs = $(patsubst src/%.c,$(B)/obj/%.o,$(call srcs,$(1)))

LIB_A  := $(B)/libsmtpspec.a
LIB_SO := $(B)/libsmtpspec.so.0

.PHONY: all
all: $(B)/smtpspec $(LIB_A) $(LIB_SO)

# V=1 shows the commands.
say = $(if $(V),,@printf '  %-3s %s\n' $(1) $(2); )

# A change of flags or compiler rebuilds the variant.
$(B)/flags: FORCE
	@mkdir -p $(B)
	@printf '%s\n' '$(subst ','\'',$(CC) $(CFLAGS_ALL))' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
.PHONY: FORCE
FORCE:

$(B)/obj/%.o: src/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(CFLAGS_ALL) $(if $(filter smtp/%,$*),,$(PKG_CFLAGS)) \
	    -MMD -MP -c -o $@ $<

define layer_rule
$(B)/lib/$(1).a: $(call objs,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(call say,AR,$$@)ar rcs $$@ $(call objs,$(1))
archives_$(1) = $(B)/lib/$(1).a $(foreach u,$(USES_$(1)),$(B)/lib/$(u).a)
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rule,$(l))))

$(LIB_A): $(call objs,smtp)
	@rm -f $@
	$(call say,AR,$@)ar rcs $@ $^
$(LIB_SO): $(call objs,smtp)
	$(call say,LD,$@)$(CC) -shared -Wl,-soname,libsmtpspec.so.0 $(LDFLAGS_ALL) -o $@ $^
	ln -sf libsmtpspec.so.0 $(B)/libsmtpspec.so

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
	$(call say,CC,$@)$(CC) $(CFLAGS_ALL) $(PKG_CFLAGS) -Iharness -MMD -MP -c -o $@ $<

define test_rule
$(B)/test-$(1): $(call test_objs,$(1)) $(B)/obj/harness/feed.o \
    $(archives_$(1)) $(foreach u,$(TEST_USES_$(1)),$(B)/lib/$(u).a)
	$$(call say,LD,$$@)$(CC) $(LDFLAGS_ALL) -o $$@ $(call test_objs,$(1)) \
	    $(B)/obj/harness/feed.o -Wl,--start-group \
	    $(archives_$(1)) $(foreach u,$(TEST_USES_$(1)),$(B)/lib/$(u).a) \
	    -Wl,--end-group -lcriterion $$(PKG_LIBS)
.PHONY: unit-$(1)
unit-$(1): $(B)/test-$(1)
	$(B)/test-$(1)
endef
$(foreach l,$(TESTED),$(eval $(call test_rule,$(l))))

.PHONY: unit
unit: $(TESTED:%=unit-%)

# ---- the fault matrix --------------------------------------------------------
PROVE_OBJS := $(patsubst harness/%.c,$(B)/obj/harness/%.o,\
    $(sort $(wildcard harness/prove/*.c)))
$(B)/prove: $(PROVE_OBJS) $(archives_check) $(B)/lib/server.a
	$(call say,LD,$@)$(CC) $(LDFLAGS_ALL) -o $@ $(PROVE_OBJS) -Wl,--start-group \
	    $(archives_check) $(B)/lib/server.a -Wl,--end-group $(PKG_LIBS)

.PHONY: prove
prove: $(B)/prove
	$(B)/prove conformance

# ---- benchmarks ----------------------------------------------------------------
$(B)/bench-smtp: $(B)/obj/harness/bench/bench_smtp.o $(B)/lib/smtp.a
	$(call say,LD,$@)$(CC) $(LDFLAGS_ALL) -o $@ $^

.PHONY: bench instructions
bench: $(B)/bench-smtp $(B)/smtpspec
	$(B)/bench-smtp

instructions: $(B)/bench-smtp
	harness/bench/instructions $(B)/bench-smtp

# ---- house -----------------------------------------------------------------------
.PHONY: layers headers lint tidy shellcheck valgrind coverage
layers:
	harness/layers $(foreach l,$(LAYERS),"$(l): $(USES_$(l))")

shellcheck:
	shellcheck -x harness/deps harness/layers harness/bench/instructions \
	    .ci/run tests/cli/e2e.sh
	cd harness/servers && shellcheck -x rig check-all lib/*.sh */server.sh \
	    */init.sh

# Every header compiles alone.
headers:
	@for h in src/*/*.h; do \
	    $(CC) $(CFLAGS_ALL) $(PKG_CFLAGS) -fsyntax-only -x c $$h || exit 1; \
	done

lint: $(B)/smtpspec
	$(B)/smtpspec lint conformance

tidy:
	clang-tidy --quiet $(foreach l,$(LAYERS),$(wildcard src/$(l)/*.c)) \
	    $(wildcard harness/*/*.c) -- -std=gnu11 -D_GNU_SOURCE -Isrc -Iharness \
	    -DSMTPSPEC_VERSION='"$(VERSION)"' $(PKG_CFLAGS)

valgrind: $(B)/test-smtp
	valgrind --quiet --error-exitcode=1 --leak-check=full \
	    --trace-children=yes $(B)/test-smtp

# Lines of src/smtp that its unit tests reach.
coverage:
	$(MAKE) BUILD=cov unit-smtp
	gcovr --root . --filter src/smtp/ --object-directory build/cov \
	    --fail-under-line 95 --print-summary build/cov/obj/smtp

# ---- what users run ---------------------------------------------------------------
.PHONY: deps demo test e2e servers check-servers test-servers
deps:
	@harness/deps

demo: all
	@echo "== the strict reference server =="
	$(B)/smtpspec check ref:
	@echo "== the same server with two faults =="
	$(B)/smtpspec check ref:quit-250,greeting-no-domain; test $$? -eq 1

e2e: all
	tests/cli/e2e.sh $(B)/smtpspec

test: all headers layers unit lint prove e2e

servers:
	harness/servers/rig prepare

check-servers: all
	harness/servers/check-all --smtpspec $(B)/smtpspec

test-servers: all
	harness/servers/test --smtpspec $(B)/smtpspec

# ---- installation -------------------------------------------------------------------
SHARE := $(DESTDIR)$(PREFIX)/share/smtpspec
.PHONY: install
install: all $(B)/smtpspec.pc
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig \
	    $(DESTDIR)$(PREFIX)/include/smtpspec/smtp $(SHARE)
	install -m 755 $(B)/smtpspec $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(LIB_A) $(DESTDIR)$(PREFIX)/lib/
	install -m 755 $(LIB_SO) $(DESTDIR)$(PREFIX)/lib/
	ln -sf $(notdir $(LIB_SO)) $(DESTDIR)$(PREFIX)/lib/libsmtpspec.so
	install -m 644 $(PUBLIC_HEADERS) \
	    $(DESTDIR)$(PREFIX)/include/smtpspec/smtp/
	install -m 644 $(B)/smtpspec.pc $(DESTDIR)$(PREFIX)/lib/pkgconfig/
	cp -R conformance $(SHARE)/

PUBLIC_HEADERS := $(addprefix src/smtp/,span.h flaw.h line.h reply.h ehlo.h \
    command.h path.h param.h data.h code.h enhanced.h base64.h xtext.h)

$(B)/smtpspec.pc: $(B)/flags
	printf '%s\n' 'prefix=$(PREFIX)' 'Name: smtpspec' \
	    'Description: strict SMTP parsers' 'Version: $(VERSION)' \
	    'Libs: -L$${prefix}/lib -lsmtpspec' \
	    'Cflags: -I$${prefix}/include/smtpspec' > $@

.PHONY: clean
clean:
	rm -rf build/release build/debug build/asan build/cov

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
