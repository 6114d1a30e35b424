#!/bin/sh
# Sets up everything that `make run` (argument: run) or `make test` (argument: test) needs:
# a virtual environment in .venv with mrsviewer in it, and the system libraries of Qt.
# Installs system packages only where that works without a question; else names the command and stops.
set -eu
purpose=${1:-run}
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

QT_OFFSCREEN="libglib2.0-0 libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 fonts-dejavu-core"
QT_XCB="libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0
libxcb-render-util0 libxcb-shape0 libxcb-xfixes0 libxcb-xkb1 libxkbcommon-x11-0"
FEDORA_QT="glib2 libglvnd-glx libglvnd-egl libxkbcommon dbus-libs fontconfig dejavu-sans-fonts
xcb-util-cursor xcb-util-wm xcb-util-image xcb-util-keysyms xcb-util-renderutil libxkbcommon-x11"

say() { printf '%s\n' "$*" >&2; }

# install_system "what for" package...: install, or name the command and stop
install_system() {
    what=$1
    shift
    if command -v apt-get >/dev/null 2>&1; then
        command="apt-get update && apt-get install -y --no-install-recommends $*"
    elif command -v dnf >/dev/null 2>&1; then
        command="dnf install -y $FEDORA_QT python3"
    else
        say "mrsviewer needs $what, and no known package manager (apt-get, dnf) is here."
        say "Install the equivalent of: $*"
        exit 1
    fi
    if [ "$(id -u)" = 0 ]; then
        become=""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        become="sudo -n"
    else
        say "mrsviewer needs $what. Run this once, then try again:"
        say "    sudo sh -c '$command'"
        exit 1
    fi
    say "Installing $what ..."
    # shellcheck disable=SC2086 # become is empty or two words
    if ! $become env DEBIAN_FRONTEND=noninteractive sh -c "$command" >/tmp/mrsviewer-setup.$$ 2>&1; then
        tail -n 20 "/tmp/mrsviewer-setup.$$" >&2
        rm -f "/tmp/mrsviewer-setup.$$"
        say "That failed. Run it by hand, then try again:"
        say "    sudo sh -c '$command'"
        exit 1
    fi
    rm -f "/tmp/mrsviewer-setup.$$"
}

find_python() {
    for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3.14 python3 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    say "mrsviewer needs Python 3.11 or newer; none was found on PATH. Set PYTHON=/path/to/python3.11."
    exit 1
}

make_environment() {
    [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1 && return
    python=$(find_python)
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
        install_system "Python's venv module" "$version-venv"
    fi
    say "Creating the virtual environment .venv ..."
    rm -rf .venv
    "$python" -m venv .venv
}

install_package() {
    stamp=.venv/installed-$purpose
    if [ -f "$stamp" ] && [ ! pyproject.toml -nt "$stamp" ] && [ ! packaging/setup.sh -nt "$stamp" ]; then
        return
    fi
    target=.
    [ "$purpose" = test ] && target=".[test]"
    say "Installing mrsviewer and what it uses (a few minutes the first time) ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -e "$target" 1>&2
    touch "$stamp"
}

qt_starts() {
    QT_QPA_PLATFORM=$1 .venv/bin/python -c \
        'from PySide6.QtWidgets import QApplication; QApplication([])' >/dev/null 2>&1
}

check_qt() {
    # shellcheck disable=SC2086 # lists of packages
    qt_starts offscreen || install_system "the system libraries of Qt" $QT_OFFSCREEN
    if [ "$(uname)" = Linux ] && [ -n "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
        # shellcheck disable=SC2086
        qt_starts xcb || install_system "the X11 libraries of Qt" $QT_OFFSCREEN $QT_XCB
    fi
    qt_starts offscreen || {
        say "Qt still does not start:"
        QT_QPA_PLATFORM=offscreen QT_DEBUG_PLUGINS=1 .venv/bin/python -c \
            'from PySide6.QtWidgets import QApplication; QApplication([])' 2>&1 | tail -n 20 >&2
        exit 1
    }
}

make_environment
install_package
check_qt
