#!/usr/bin/env bash
# Compile every .in file into its lock. A pin exists once: each lock is constrained by those of the layers before it.
# Hashes of every platform's wheels are kept, so that the same file installs here and in an arm64 Lambda layer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

compile() {
  local folder=$1 name=$2
  shift 2
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-emit-find-links --custom-compile-command 'make lock' "$@" --output-file "$folder/$name.txt" "$folder/$name.in"
}

core=layers/core/requirements.txt
ssh=layers/ssh/requirements.txt
snmp=layers/snmp/requirements.txt
compile layers/core requirements "$@"
compile layers/ssh requirements --constraint "$core" "$@"
compile layers/snmp requirements --constraint "$core" --constraint "$ssh" "$@"
compile requirements dev --constraint "$core" --constraint "$ssh" --constraint "$snmp" "$@"
compile requirements sam "$@"
compile requirements checkov "$@"
compile requirements artefacts "$@"
