#!/usr/bin/env bash
# Installs the foreign tools that some tests call: xmlsec1, poppler's pdftotext, PHP with SOAP, the node module soap, and
# OpenSSL's GOST engine, which is also the fastest of the GOST back ends; and the node module nostr-tools, with whose
# negentropy the benchmark compares audits.
# Whatever cannot be installed is named, and the tests that need it are skipped by name.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

NODE_MODULES=(soap@1.13.0 xml-crypto@6.3.2 xpath@0.0.33 nostr-tools@2.25.2)
NODE_FOLDER=.tools

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

has_php_soap() {
    command -v php >/dev/null && php -m 2>/dev/null | grep -qix soap
}

has_gost_engine() {
    compgen -G '/usr/lib/*/engines-3/gost.so' >/dev/null
}

missing=()
command -v xmlsec1 >/dev/null || missing+=(xmlsec1)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
has_php_soap || missing+=(php-cli php-soap php-xml)
has_gost_engine || missing+=(libengine-gost-openssl)

if [ "${#missing[@]}" -eq 0 ]; then
    echo "tools: xmlsec1, pdftotext, php with soap and the GOST engine are here already"
elif ! command -v apt-get >/dev/null; then
    echo "tools: no apt-get here; install by hand: ${missing[*]}"
elif [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; then
    echo "tools: neither root nor sudo without a password; install by hand: ${missing[*]}"
else
    echo "tools: installing by apt-get: ${missing[*]}"
    as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        echo "tools: apt-get failed, see above; install by hand: ${missing[*]}"
fi

has_node_module() {
    [ "${1#*@}" = "$(node -p "JSON.parse(require('fs').readFileSync('./$NODE_FOLDER/node_modules/${1%@*}/package.json')).version" 2>/dev/null)" ]
}

wanted=()
for module in "${NODE_MODULES[@]}"; do
    has_node_module "$module" || wanted+=("$module")
done
if [ "${#wanted[@]}" -eq 0 ]; then
    echo "tools: node modules ${NODE_MODULES[*]} are in $NODE_FOLDER already"
elif ! command -v npm >/dev/null; then
    echo "tools: no npm here; node modules are not installed (node 18 or later brings it): ${wanted[*]}"
else
    echo "tools: installing into $NODE_FOLDER by npm: ${wanted[*]}"
    npm install --prefix "$NODE_FOLDER" --ignore-scripts --no-audit --no-fund --no-update-notifier \
        --loglevel=error "${wanted[@]}" ||
        echo "tools: npm failed, see above; not installed: ${wanted[*]}"
fi

echo "tools: here now:"
for tool in xmlsec1 pdftotext php node; do
    printf '  %-9s %s\n' "$tool" "$(command -v "$tool" || echo 'not here')"
done
has_php_soap && echo "  php soap yes" || echo "  php soap not here"
has_gost_engine && echo "  GOST engine yes" || echo "  GOST engine not here"
for module in "${NODE_MODULES[@]}"; do
    has_node_module "$module" && echo "  node module $module yes" || echo "  node module $module not here"
done
