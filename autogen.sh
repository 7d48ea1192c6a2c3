#!/bin/sh
# autogen.sh - from a fresh clone to a build, a running weir, or a tested one
set -eu

usage () {
    cat <<'END'
usage: autogen.sh [--deps | --run | --check | --help]

  (nothing)  make ./configure
  --deps     install the packages that the build needs (Debian, as root)
  --run      the same, then build and start conf/weir.conf
  --check    the same with the packages that the tests need, then build and
             run all tests

--run and --check build in ./build, or here when ./configure ran here.
END
}

build_packages='autoconf automake libtool make gcc libc6-dev pkg-config
    libltdl-dev libconfuse-dev libczmq-dev libzmq3-dev libmicrohttpd-dev
    libpcre2-dev libxxhash-dev zlib1g-dev libzstd-dev liblmdb-dev
    libroaring-dev libsnappy-dev libjansson-dev libcurl4-openssl-dev
    libyaml-dev nettle-dev libncurses-dev'

# They bundle the dashboard, unless a tarball has it; any that are there do.
node_packages='nodejs npm'

# What the tests, the analysers and the benchmarks want besides.
test_packages='check python3 curl xz-utils man-db groff-base shellcheck
    clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev
    prometheus prometheus-node-exporter collectd-core netdata-core
    libprotobuf-c1 golang-go golang-github-prometheus-client-golang-dev
    golang-github-influxdb-influxdb-dev
    golang-github-influxdata-influxdb1-client-dev
    influxdb influxdb-client python3-influxdb
    iproute2 iptables e2fsprogs openssl chromium'

# Packages ------------------------------------------------------------------

missing () {
    for package in "$@"; do
        # shellcheck disable=SC2016 # dpkg-query's variable, not the shell's
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>&1) ||
            state=none
        [ "$state" = installed ] || printf ' %s' "$package"
    done
}

# While policy-rc.d says 101, packages start no service.  One that is there
# already is set aside, and put back however this script ends; should it be
# killed, its next run puts things right.
policy=/usr/sbin/policy-rc.d
mark='# of weir autogen.sh: start no services'

restore_policy () {
    if [ -f "$policy" ] && grep -qxF "$mark" "$policy"; then
        rm -f "$policy"
    fi
    if [ -e "$policy.weir" ] || [ -L "$policy.weir" ]; then
        mv -f "$policy.weir" "$policy"
    fi
}

forbid_services () {
    restore_policy
    trap restore_policy EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if [ -e "$policy" ] || [ -L "$policy" ]; then
        mv "$policy" "$policy.weir"
    fi
    printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
    chmod 755 "$policy"
}

apt () {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
        -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@" >&2
}

install_packages () {
    command -v dpkg-query >/dev/null || {
        echo "autogen.sh: no dpkg here: see to it that the likes of these" \
             "are installed:" "$@" >&2
        return 0
    }
    [ "$(id -u)" -ne 0 ] || restore_policy
    wanted=$(missing "$@")
    [ -n "$wanted" ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        echo "autogen.sh: packages are missing; as root run" >&2
        echo "  apt-get install --no-install-recommends$wanted" >&2
        exit 1
    fi
    echo "autogen.sh: installing$wanted" >&2
    forbid_services
    # shellcheck disable=SC2086 # a list of names
    apt install --no-install-recommends $wanted || {
        apt update
        apt install --no-install-recommends $wanted
    }
    restore_policy
    trap - EXIT HUP INT TERM
}

install_build_packages () {
    if { command -v node && command -v npm; } >/dev/null ||
        [ -f plugins/report/dashboard/assets.c ]; then
        node_packages=
    fi
    # shellcheck disable=SC2086 # a list of names
    install_packages $build_packages $node_packages "$@"
}

# Building ------------------------------------------------------------------

bootstrap () {
    autoreconf --install --force
}

# make itself runs autoconf and configure again when one of their sources
# changes, so each is run here only for the first time.
build () {
    folder=$source/build
    [ ! -f config.status ] || folder=$source
    { [ -f configure ] && [ -f Makefile.in ] && [ -f config.h.in ]; } ||
        bootstrap
    mkdir -p "$folder"
    cd "$folder"
    [ -f config.status ] || "$source/configure" --quiet
    jobs=$(nproc 2>/dev/null || echo 2)
    make --silent -j "$jobs" all
}

run () {
    STATE_DIRECTORY=$folder/state
    WEIR_PLUGIN_PATH=$folder/plugins
    export STATE_DIRECTORY WEIR_PLUGIN_PATH
    mkdir -p "$STATE_DIRECTORY"
    echo "weir keeps its state in $STATE_DIRECTORY"
    echo "open http://127.0.0.1:9347/ (Ctrl-C stops it)"
    exec "$folder/weir" run -c "$source/conf/weir.conf"
}

source=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "$source"

# shellcheck disable=SC2086 # lists of names
case ${1-} in
'')
    bootstrap
    echo "now run ./configure && make"
    ;;
--deps)
    install_build_packages
    ;;
--run)
    install_build_packages
    build
    run
    ;;
--check)
    install_build_packages $test_packages
    build
    make --silent -j "$jobs" check
    ;;
--help)
    usage
    ;;
*)
    usage >&2
    exit 2
    ;;
esac
