# Sourced by scripts/demo and scripts/test: installs the locked packages and builds the console's pages when they are missing or out of date. Everything
# it says goes to stderr: stdout belongs to --json.
aiguillage_setup() {
  local stamp=node_modules/.aiguillage-lock
  if [ ! -f "$stamp" ] || ! cmp -s package-lock.json "$stamp"; then
    command -v npm >/dev/null || { echo "npm is needed (Node 20 or newer)." >&2; return 2; }
    echo "Installing packages (npm ci)…" >&2
    # The runtime comes with the packages (node-linux-*); no package needs its install script here.
    npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >&2
    cp package-lock.json "$stamp"
    # The first command to read the rules keeps what it proved, and its compiled code (config/proven.ts): better now than
    # in front of somebody.
    scripts/aiguillage classify --jsonl </dev/null >&2
  fi
  # Skipped in a tenth of a second when the pages are up to date.
  local node=node_modules/.bin/node
  [ -x "$node" ] || node=node
  "$node" scripts/build-console.ts >&2
}
aiguillage_setup
