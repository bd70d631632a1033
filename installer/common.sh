# shellcheck shell=bash
# What `run` and `test` share: messages, finding Python, the private environment, Qt's system libraries.
#
# Everything said here goes to standard error, so that what a command prints can be piped on.
# The environment counts as whole only while .venv/installed-* holds the fingerprint of pyproject.toml;
# the stamp is written last, so an interrupted installation is noticed and done again.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
venv="$top/.venv"
log="$venv/install.log"

say() { printf '%s\n' "$*" >&2; }

# fail SENTENCE [WHAT TO DO]
fail() {
    say "$1"
    [ $# -lt 2 ] || say "  $2"
    exit 1
}

# ---------------------------------------------------------------- becoming root, without asking

apt_available() { command -v apt-get >/dev/null 2>&1; }

# Succeeds where system packages may be installed without a question.
may_install() { apt_available && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# apt_install PACKAGE...: installs quietly; the package lists are fetched only where they do not suffice.
apt_install() {
    local quiet=(env DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends install)
    as_root "${quiet[@]}" "$@" >>"$log" 2>&1 && return
    as_root apt-get -q update >>"$log" 2>&1 && as_root "${quiet[@]}" "$@" >>"$log" 2>&1
}

# ---------------------------------------------------------------- Python

recent_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if command -v "$name" >/dev/null 2>&1 && recent_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    local remedy="Install it from your system's packages or from python.org, then run this again."
    if apt_available; then remedy="Debian 12, Ubuntu 24.04 or newer: sudo apt-get install python3 python3-venv"; fi
    fail "Mneme needs Python 3.11 or newer, and there is none here." "$remedy"
}

# Debian ships Python without the module that makes environments.
ensure_venv_module() {
    local python=$1 package
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 && return
    package="$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    apt_available || fail "This Python cannot make environments: its modules venv and ensurepip are missing." \
        "Install them from your system's packages, then run this again."
    may_install || fail "This Python cannot make environments: $package is missing." \
        "Run: sudo apt-get install $package"
    say "Installing $package ..."
    apt_install "$package" || fail_with_log "$package could not be installed." "Run: sudo apt-get install $package"
    echo "$package" >>"$venv/system-packages"
}

# ---------------------------------------------------------------- the environment

# The place belongs to it: an environment that was moved does not work.
fingerprint() { { printf '%s\n' "$top"; cat "$top/pyproject.toml"; } | cksum; }

installed() { [ -x "$venv/bin/python" ] && [ "$(cat "$venv/installed-$1" 2>/dev/null)" = "$(fingerprint)" ]; }

# ensure_environment base|dev: makes or mends .venv. Quick where nothing is to be done.
ensure_environment() {
    installed "$1" && return
    check_writable
    one_at_a_time
    if ! installed "$1"; then # another one may have done it meanwhile
        trap interrupted INT TERM
        make_environment
        install_packages "$1"
        trap - INT TERM
    fi
    exec 9>&-
}

check_writable() {
    if [ ! -w "$top" ] || { [ -e "$venv" ] && [ ! -w "$venv" ]; }; then
        fail "Mneme cannot be set up here: $top is read-only." "Copy the folder to a place of your own and run this there."
    fi
    if [ "$(free_kb)" -lt 400000 ] && [ ! -e "$venv" ]; then
        fail "There is not enough space: Mneme needs about 700 MB in $top." "Free some space and run this again."
    fi
}

free_kb() { df -Pk "$top" | awk 'NR == 2 { print $4 }'; }

# The lock is on the folder itself, so that no file is left behind. Without flock two runs at once are not seen.
one_at_a_time() {
    exec 9<"$top"
    command -v flock >/dev/null 2>&1 || return 0
    flock -n 9 && return
    say "Another set-up is at work here; waiting for it ..."
    flock 9
}

interrupted() {
    trap - INT TERM
    [ -z "${worker:-}" ] || kill "$worker" 2>/dev/null || true
    printf '\n' >&2
    say "The set-up was interrupted. Nothing is broken: run the same command again."
    exit 130
}

make_environment() {
    local python
    # One that was made for another place or by a Python that is gone cannot be mended.
    if [ "$(cat "$venv/place" 2>/dev/null)" = "$top" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        return
    fi
    python=$(find_python)
    mkdir -p "$venv" || fail "$venv cannot be made." "Look whether there is space and whether the folder is yours."
    : >"$log"
    ensure_venv_module "$python"
    say "Making a private environment in .venv ($("$python" --version)) ..."
    # --clear would also remove the log and the list of system packages
    rm -rf "${venv:?}"/{bin,lib,lib64,include,pyvenv.cfg} "$venv"/installed-*
    "$python" -m venv "$venv" >>"$log" 2>&1 || fail_with_log "The environment could not be made."
    printf '%s\n' "$top" >"$venv/place"
}

install_packages() {
    local what=$top
    [ "$1" = base ] || what="${top}[$1]"
    rm -f "$venv"/installed-*
    "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --editable "$what" >"$log" 2>&1 &
    worker=$!
    show_progress "$worker"
    wait "$worker" || fail_with_log "Mneme's packages could not be installed."
    worker=
    stamp base "$1" || fail "The set-up could not be completed: $venv cannot be written." "Is the disk full?"
    say "Installed in $SECONDS s."
}

stamp() {
    local what
    for what in "$@"; do fingerprint >"$venv/installed-$what" || return; done
}

# One line that changes, or, where nobody watches, one line at the start.
show_progress() {
    local step
    if [ ! -t 2 ]; then
        say "Installing Mneme and its packages (some minutes the first time; details in .venv/install.log) ..."
        return
    fi
    while kill -0 "$1" 2>/dev/null; do
        step=$(grep -oE '^ *(Collecting|Downloading|Preparing|Building|Installing collected) *[^ ;(<>=!~]*' "$log" | tail -n 1 || true)
        printf '\r\033[K  %4d s  %.60s' "$SECONDS" "$(basename "${step:-starting}")" >&2
        sleep 0.3
    done
    printf '\r\033[K' >&2
}

# fail_with_log SENTENCE [WHAT TO DO]: with the cause in words where the log names a usual one.
fail_with_log() {
    local remedy=${2:-"The whole log is $log; run this again when the cause is gone."}
    # On a full disk the log itself may be cut off.
    if grep -q 'No space left on device' "$log" || [ "$(free_kb)" -lt 10000 ]; then
        remedy="The disk is full. Free about 700 MB and run this again."
    elif grep -qE 'Name or service not known|name resolution|NewConnectionError|Network is unreachable|from versions: none|ConnectTimeout|ProxyError' "$log"; then
        remedy="The package index cannot be reached. Check the network connection and run this again."
    elif grep -qE 'Permission denied|Read-only file system' "$log"; then
        remedy="A folder may not be written. Run this as the owner of $top."
    fi
    say "The last lines of the log:"
    tail -n 12 "$log" | cut -c 1-200 | sed 's/^/  | /' >&2
    fail "$1" "$remedy"
}

# ---------------------------------------------------------------- llama.cpp, for language models

# known_backend NAME: whether there is such a build; what each needs is known to `mneme models setup`.
known_backend() {
    case "$1" in auto | cpu | cuda | vulkan | metal) ;; *) return 1 ;; esac
}

# llm_installed BACKEND|any: without starting anything.
llm_installed() {
    local for_what=
    compgen -G "$venv/lib/python*/site-packages/llama_cpp/__init__.py" >/dev/null || return
    [ "$(head -n 1 "$venv/installed-llm" 2>/dev/null)" = "$(fingerprint)" ] || return
    for_what=$(tail -n 1 "$venv/installed-llm")
    [ "$1" = any ] || [ "$1" = "$for_what" ]
}

# ensure_llm BACKEND|any: builds llama.cpp into the environment that is there; on failure it stays as it was.
ensure_llm() {
    local code=0 backend=$1
    if llm_installed "$backend"; then return; fi
    if [ "$backend" = any ]; then backend=cpu; fi
    ensure_compiler
    build_llm "$backend" || code=$?
    case $code in
    0) { fingerprint && echo "$backend"; } >"$venv/installed-llm" ;;
    130) say "Nothing is broken: run the same command again." ;;
    *) say "Mneme itself is set up and works without it: bash installer/run" ;;
    esac
    return $code
}

# It tells its progress by itself; a signal is passed on, and it is waited for until it has ended its compilers.
build_llm() {
    local code=0
    "$venv/bin/mneme" models setup --backend "$1" --log "$venv/llm-build.log" >&2 &
    worker=$!
    trap 'kill -INT "$worker" 2>/dev/null || true' INT TERM
    wait "$worker" || code=$?
    while kill -0 "$worker" 2>/dev/null; do
        code=0
        wait "$worker" || code=$?
    done
    trap - INT TERM
    worker=
    return $code
}

# Where it may not be installed, `mneme models setup` says what to do.
ensure_compiler() {
    local name
    for name in ${CXX:+"$CXX"} c++ g++ clang++; do
        if command -v "$name" >/dev/null 2>&1; then return; fi
    done
    may_install || return 0
    say "Installing g++, with which llama.cpp is built ..."
    if apt_install g++; then
        echo g++ >>"$venv/system-packages"
    else
        say "It could not be installed; the log is $log."
    fi
}

# ---------------------------------------------------------------- what Qt needs of the system

# library:package, for pictures without a screen
# shellcheck disable=SC2034
qt_offscreen=(libEGL.so.1:libegl1 libGL.so.1:libgl1 libglib-2.0.so.0:libglib2.0-0
    libxkbcommon.so.0:libxkbcommon0 libfontconfig.so.1:libfontconfig1 libfreetype.so.6:libfreetype6
    libdbus-1.so.3:libdbus-1-3)

# library:package, for a window under X11
# shellcheck disable=SC2034
qt_window=(libX11-xcb.so.1:libx11-xcb1 libxcb-cursor.so.0:libxcb-cursor0 libxcb-icccm.so.4:libxcb-icccm4
    libxcb-image.so.0:libxcb-image0 libxcb-keysyms.so.1:libxcb-keysyms1 libxcb-randr.so.0:libxcb-randr0
    libxcb-render-util.so.0:libxcb-render-util0 libxcb-shape.so.0:libxcb-shape0
    libxcb-xinerama.so.0:libxcb-xinerama0 libxcb-xkb.so.1:libxcb-xkb1
    libxkbcommon-x11.so.0:libxkbcommon-x11-0)

# The packages of "$@" whose library the system does not have.
missing_packages() {
    local known pair
    known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null) || return 0 # not a system of this kind
    for pair in "$@"; do
        case "$known" in
        *"${pair%%:*} "*) ;;
        *) echo "${pair#*:}" ;;
        esac
    done
    [ -n "$(PATH="$PATH:/usr/bin" fc-list 2>/dev/null | head -n 1)" ] || printf 'fontconfig\nfonts-dejavu-core\n'
}

# ensure_qt_libraries LIBRARY:PACKAGE...: installs what is missing, or says how and fails.
ensure_qt_libraries() {
    [ "$(uname -s)" = Linux ] || return 0
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    if may_install; then
        say "Installing ${#missing[@]} system packages that the window needs: ${missing[*]}"
        if apt_install "${missing[@]}"; then
            printf '%s\n' "${missing[@]}" >>"$venv/system-packages"
            return 0
        fi
        say "They could not be installed; the log is $log."
    fi
    say "The window needs system libraries that are missing here."
    if apt_available; then
        say "  Run: sudo apt-get install ${missing[*]}"
    else
        say "  Install what your system calls these Debian packages: ${missing[*]}"
    fi
    return 1
}

# ---------------------------------------------------------------- what the tests of a real desktop need of the system

# program:package
desktop_programs=(Xvfb:xvfb openbox:openbox trayer:trayer xdotool:xdotool xprop:x11-utils dbus-daemon:dbus)

# The packages of "$@" whose program the system does not have.
missing_programs() {
    local pair
    for pair in "$@"; do
        command -v "${pair%%:*}" >/dev/null 2>&1 || echo "${pair#*:}"
    done
}

# ensure_desktop: installs what is missing; where that cannot be, those tests are skipped, and it says so.
ensure_desktop() {
    [ "$(uname -s)" = Linux ] || return 0
    local missing
    mapfile -t missing < <(
        missing_programs "${desktop_programs[@]}"
        missing_packages "${qt_window[@]}"
    )
    [ ${#missing[@]} -gt 0 ] || return 0
    if may_install; then
        say "Installing ${#missing[@]} system packages for the tests of a real desktop: ${missing[*]}"
        if apt_install "${missing[@]}"; then
            printf '%s\n' "${missing[@]}" >>"$venv/system-packages"
            return 0
        fi
        say "They could not be installed; the log is $log."
    fi
    say "The tests of a real desktop are skipped: they need ${missing[*]}."
}
