"""The examples, and the README's, run on the real gateway. EXACTLY_ONCE_PYTHON names an interpreter that has the client
installed; else they run with the sources."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from .gateway import shared

HERE = Path(__file__).resolve().parents[1]


class Examples(unittest.TestCase):

    def run_python(self, *arguments):
        python = os.environ.get("EXACTLY_ONCE_PYTHON")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        environment = {**os.environ, "TMPDIR": folder.name, "PYTHONPATH": "" if python else str(HERE / "src")}
        done = subprocess.run([python or sys.executable, "-W", "error", *arguments], text=True, capture_output=True,
                              timeout=120, env=environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_each_example(self):
        examples = sorted((HERE / "examples").glob("*.py"))
        self.assertGreater(len(examples), 3)
        for example in examples:
            with self.subTest(example=example.name):
                self.assertNotEqual(self.run_python(str(example), shared().url), "")

    def test_what_the_outcomes_example_says(self):
        out = self.run_python(str(HERE / "examples" / "outcomes.py"), shared().url)
        self.assertIn("stored at", out)
        self.assertIn("not stored, and never will be (refused)", out)

    def test_what_the_example_of_ids_says(self):
        out = self.run_python(str(HERE / "examples" / "ids.py"), shared().url).splitlines()
        self.assertEqual((out[1].split()[:2], out[1].split()[2:]), (out[0].split()[:2], ["stored", "before"]))
        self.assertIn("known in the topic with another payload", out[2])

    def test_the_first_example_of_the_readme(self):
        code = re.search(r"```python\n(.*?)```", (HERE / "README.md").read_text(), re.DOTALL)[1]
        out = self.run_python("-c", code.replace("http://localhost:8080", shared().url))
        self.assertIn("Receipt(topic='records'", out)


if __name__ == "__main__":
    unittest.main()
