#!/bin/sh
# bundle.sh - make assets.c of the page; see bundle.mjs
#
#     bundle.sh NPM WEB-FOLDER BUILD-FOLDER OUTPUT
#
# npm's packages go to BUILD-FOLDER/modules, in the versions of the lock file,
# and only when that has changed.
set -eu
npm=$1
web=$(cd "$2" && pwd)
folder=$3/modules
output=$PWD/$4

[ -n "$npm" ] || {
    echo "bundle.sh: the dashboard needs npm and node: install them, or" \
         "configure with --disable-dashboard" >&2
    exit 1
}
mkdir -p "$folder"
cd "$folder"
if ! cmp -s "$web/package-lock.json" package-lock.json ||
    ! [ -f installed ]; then
    rm -f installed
    cp "$web/package.json" "$web/package-lock.json" "$web/.npmrc" .
    chmod u+w package.json package-lock.json .npmrc
    "$npm" ci --ignore-scripts --no-audit --no-fund --silent || {
        echo "bundle.sh: npm cannot get the dashboard's packages: connect to" \
             "a registry, or configure with --disable-dashboard" >&2
        exit 1
    }
    touch installed
fi
mkdir -p "$(dirname "$output")"
node "$web/bundle.mjs" "$web" "$output.new"
mv "$output.new" "$output"
