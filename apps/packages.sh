# shellcheck shell=bash
# What apps/quickstart and tests/run share: messages, packages, and the build. To be sourced by bash
# with `set -euo pipefail`, after `me` is set to the name that messages start with.
: "${me:?is to be set before packages.sh is sourced}"

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." >/dev/null && pwd -P)
step="starting"

# What it takes to build wordvec, by the names of Debian's packages.
# shellcheck disable=SC2034 # for those who source this
build_packages=(
  g++ cmake ninja-build
  libbz2-dev libcairo2-dev libcli11-dev libcurl4-openssl-dev libeigen3-dev libfast-float-dev libfmt-dev libgtest-dev liblzma-dev libspdlog-dev
  libpango1.0-dev libssl-dev libutf8proc-dev libxxhash-dev libzstd-dev nlohmann-json3-dev pkg-config zlib1g-dev
)
cmake_needed=3.25

fail() {
  printf '%s: %s\n' "$me" "$*" >&2
  step=""
  exit 1
}

# Says what comes next; a failure names it.
begin() {
  step=$1
  printf '\n== %s: %s\n' "$me" "$step"
}

# An empty step is an end as intended; a signal leaves the step and the status 0.
tell_what_failed() {
  local status=$?
  [[ -z $step ]] || printf '\n%s: failed while %s (exit status %d)\n' "$me" "$step" "$status" >&2
}
trap tell_what_failed EXIT

# Runs a command and shows its output only when it fails.
quietly() {
  local output
  if ! output=$("$@" 2>&1 </dev/null); then
    printf '%s\n' "$output" >&2
    fail "this failed: $*"
  fi
}

is_installed() {
  dpkg-query --show --showformat='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# Installs those of the named packages that are missing. Without any missing, the network is not used.
install_packages() {
  local package tool output missing=() as_root=()
  [[ $(uname -s) == Linux ]] || fail "this is $(uname -s), but wordvec builds on Linux only"
  for tool in apt-get dpkg-query; do
    command -v "$tool" >/dev/null ||
      fail "$tool is missing: this script knows Debian's packages only; elsewhere install what \
these are called there, and build with CMake: $*"
  done
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]} > 0)) || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      fail "packages are missing, and to install them takes root or sudo: ${missing[*]}"
    as_root=(sudo)
  fi
  begin "installing ${missing[*]}"
  # A source that cannot be reached may be one that is not needed: whether apt-get can install tells.
  output=$("${as_root[@]}" apt-get update 2>&1 </dev/null) || printf '%s\n' "$output" >&2
  quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}"
}

require_cmake() {
  local version lowest
  command -v cmake >/dev/null || fail "cmake is installed, but not in PATH"
  read -r _ _ version < <(cmake --version)
  lowest=$(printf '%s\n' "$cmake_needed" "$version" | sort --version-sort | head -n 1)
  [[ $lowest == "$cmake_needed" ]] ||
    fail "CMake $cmake_needed or newer is needed, found $version ($(command -v cmake))"
}

# build_in FOLDER OPTION...: configures and builds all of it. The compiler is $CXX, else CMake's choice.
# --fresh: options and compiler of an earlier run, or of a tree that was moved, do not linger; what
# was compiled with the same command is kept.
build_in() {
  quietly cmake --fresh -S "$root" -B "$1" -G Ninja "${@:2}"
  cmake --build "$1" --parallel "${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}"
}
