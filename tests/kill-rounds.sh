#!/usr/bin/env bash
# Kills the server so many times in the midst of a load, and looks each time at what it kept (default: 200 rounds).
#
#   tests/kill-rounds.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
FASTSHARD_TEST_KILL_ROUNDS=${1:-200} tools/test.sh system --filter FullyQualifiedName~KillTests
