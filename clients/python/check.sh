#!/bin/sh
# Tests the client, builds its wheel, installs it in an environment of its own, and runs the examples with that.
# Needs Python 3.10 or newer, the packaged gateway (./mvnw -DskipTests package, or EXACTLY_ONCE_JAR), and for the wheel
# setuptools with wheel, or setuptools 70.1. PYTHON names the interpreter.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

PYTHONPATH=src "$python" -m unittest discover -t . -s tests
if "$python" -c 'import mypy' 2> /dev/null; then "$python" -m mypy; fi

builder=
for candidate in "$python" /usr/bin/python3; do
  if "$candidate" -c 'import setuptools, wheel' 2> /dev/null \
    || "$candidate" -c 'import setuptools.command.bdist_wheel' 2> /dev/null; then builder=$candidate; break; fi
done
if [ -z "$builder" ]; then echo "The wheel cannot be built: install wheel (Debian: python3-wheel)." >&2; exit 1; fi
cp -r pyproject.toml README.md LICENSE src "$work"
"$builder" -m pip wheel --quiet --no-build-isolation --no-deps --no-index -w "$work/dist" "$work"

"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip --disable-pip-version-check install --quiet --no-index "$work"/dist/*.whl
EXACTLY_ONCE_PYTHON="$work/venv/bin/python" PYTHONPATH=src "$python" -m unittest tests.test_examples
echo "The Python client is well."
