#!/bin/bash -eu
# Builds the fuzz targets as OSS-Fuzz and ClusterFuzzLite call it, with $SRC,
# $OUT, $WORK, $CC, $CXX, $CFLAGS, $CXXFLAGS and $LIB_FUZZING_ENGINE. Leaves
# <target>_fuzz, its .dict, .options and _seed_corpus.zip in $OUT, and the
# libraries that the machine which runs them may not have in $OUT/lib.
cd "$SRC/smtpspec"

# Warnings of compilers that we do not build with are no errors here; $ORIGIN
# is for the loader, the quotes are for make's shell.
make -j"$(nproc)" BUILD=fuzz-env B="$WORK/smtpspec" WARN= \
    CC="$CC" CFLAGS="$CFLAGS" FUZZ_LINK="$CXX $CXXFLAGS" \
    FUZZ_ENGINE="$LIB_FUZZING_ENGINE" \
    LDFLAGS="-Wl,-rpath,'\$\$ORIGIN/lib'" fuzzers

mkdir -p "$OUT/lib"
for binary in "$WORK"/smtpspec/*_fuzz; do
    name=$(basename "$binary")
    target=${name%_fuzz}
    cp "$binary" "$OUT/"
    cp "fuzz/$target.dict" "$OUT/$name.dict"
    cp "fuzz/$target.options" "$OUT/$name.options"
    rm -f "$OUT/${name}_seed_corpus.zip"
    find "corpus/$target" -type f -print0 |
        xargs -0 zip -q -j "$OUT/${name}_seed_corpus.zip"
    # All but the C and C++ libraries, which any machine has.
    ldd "$binary" |
        awk '$3 ~ /^\// && $1 !~ /^lib(c|m|stdc[+][+]|gcc_s|dl|rt|pthread)[.]/ {
            print $3
        }' | xargs -r cp -L -t "$OUT/lib"
done
