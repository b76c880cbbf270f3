"""How an interpreter begins and ends: one clear message when it cannot work, nothing lost when it is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import DAEMON_FOLDER, TIMEOUT_S, InterpreterClient, started
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_python import DataManager

OLD_PYTHON = Path(__file__).parents[2] / ".cache" / "python-old" / "bin" / "python"
LIBRARIES_OF_IPYTHON = [
    *("IPython", "traitlets", "decorator*", "pexpect", "ptyprocess", "pygments", "prompt_toolkit", "wcwidth"),
    *("stack_data", "executing", "asttokens", "pure_eval", "jedi", "parso", "matplotlib_inline", "exceptiongroup"),
    "typing_extensions*",
]
SITE_PACKAGES = Path(sysconfig.get_path("purelib"))


@pytest.fixture
def bare_python(tmp_path: Path) -> Path:
    """A virtual environment with nothing in it."""
    folder = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder


def link_packages(site_packages: Path, *names: str) -> None:
    for name in names:
        for found in SITE_PACKAGES.glob(name):
            (site_packages / found.name).symlink_to(found)


def packages_of(environment: Path) -> Path:
    (folder,) = environment.glob("lib/python*/site-packages")
    return folder


@pytest.fixture
def unbundled(tmp_path: Path) -> Path:
    """Our packages with no bundle beside them, as one is in a checkout after packaging; returns the interpreter."""
    daemon = tmp_path / "extension" / "daemon"
    shutil.copytree(DAEMON_FOLDER, daemon, ignore=shutil.ignore_patterns("__pycache__"))
    return daemon / "whiskertoolbox_interpreter"


@pytest.fixture
def installed(unbundled: Path) -> Path:
    """Our packages with a bundle beside them, as in the installed extension; returns the interpreter package."""
    bundle = unbundled.parents[1] / "bundled" / "libs"
    bundle.mkdir(parents=True)
    link_packages(bundle, *LIBRARIES_OF_IPYTHON, "debugpy", "bytecode")
    return unbundled


def test_a_python_without_numpy_is_refused_with_what_to_do(tmp_path: Path, bare_python: Path) -> None:
    with started(tmp_path, python=str(bare_python / "bin" / "python")) as interpreter:
        assert interpreter.failed is not None
        assert interpreter.failed.reason == "numpy_missing"
        assert "NumPy is not installed in" in interpreter.failed.message
        assert str(bare_python) in interpreter.failed.message
        assert interpreter.process.wait(TIMEOUT_S) == 1


def test_a_numpy_that_cannot_be_imported_is_named(tmp_path: Path, bare_python: Path) -> None:
    broken = packages_of(bare_python) / "numpy"
    broken.mkdir()
    (broken / "__init__.py").write_text("import no_such_library\n")
    with started(tmp_path, python=str(bare_python / "bin" / "python")) as interpreter:
        assert interpreter.failed is not None
        assert interpreter.failed.reason == "numpy_missing"
        assert "no_such_library" in interpreter.failed.message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("raise RuntimeError('no AVX2')", "cannot be imported: no AVX2. Install it again"),
        ("raise ValueError", "cannot be imported: ValueError. Install it again"),
        ("raise ImportError('wrong ELF class: ELFCLASS32')", "cannot be imported: wrong ELF class: ELFCLASS32."),
        ("", "cannot be imported: its files are not complete. Install it again"),
        ("__version__ = '1.22.4'", "is too old: 1.23 or newer is needed. Install a newer one"),
    ],
)
def test_a_numpy_that_does_not_work_is_named_as_the_cause(
    tmp_path: Path, bare_python: Path, text: str, reason: str
) -> None:
    (packages_of(bare_python) / "numpy.py").write_text(text)
    with started(tmp_path, python=str(bare_python / "bin" / "python")) as interpreter:
        assert interpreter.failed is not None
        assert interpreter.failed.reason == "numpy_missing"
        assert reason in interpreter.failed.message


def test_a_session_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "session").write_text("a file, not a folder")
    with started(tmp_path) as interpreter:
        assert interpreter.failed is not None
        assert interpreter.failed.reason == "session_unavailable"
        assert str(tmp_path / "session") in interpreter.failed.message


def test_an_old_python_is_refused(tmp_path: Path) -> None:
    program = DAEMON_FOLDER / "whiskertoolbox_interpreter" / "__main__.py"
    reader, writer = os.pipe()
    pretend = f"import runpy, sys; sys.version_info = (3, 9, 1); sys.argv = ['x', '--send', '{writer}']"
    run = f"{pretend}; runpy.run_path({str(program)!r}, run_name='__main__')"
    process = subprocess.run([sys.executable, "-c", run], pass_fds=[writer], check=False)
    os.close(writer)
    with open(reader, encoding="utf-8") as answers:
        assert "is too old" in answers.read()
    assert process.returncode == 1


def test_an_environment_with_numpy_alone_works_with_the_bundle(
    tmp_path: Path, bare_python: Path, installed: Path
) -> None:
    link_packages(packages_of(bare_python), "numpy", "numpy.libs")
    with started(tmp_path, python=str(bare_python / "bin" / "python"), package=installed) as interpreter:
        assert interpreter.run("import IPython\nIPython.__file__").result.startswith(f"'{installed.parents[1]}")
        assert interpreter.complete("dm.getDat") == ["getData"]


def test_user_code_finds_nothing_of_what_is_bundled(tmp_path: Path, bare_python: Path, installed: Path) -> None:
    link_packages(packages_of(bare_python), "numpy", "numpy.libs", "numpy-*.dist-info")
    names = "('jedi', 'parso', 'traitlets', 'decorator', 'pygments', 'attr', 'debugpy', 'pydevd', 'executing')"
    ask = f"""
import importlib.metadata, importlib.util, subprocess, sys
there = [name for name in {names} if importlib.util.find_spec(name) or name in sys.modules]
distributions = sorted({{found.name for found in importlib.metadata.distributions()}})
listing = "import importlib.metadata; print(sorted({{found.name for found in importlib.metadata.distributions()}}))"
child = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True).stdout.strip()
print(there, distributions, child, sep="; ")
"""
    with started(tmp_path, python=str(bare_python / "bin" / "python"), package=installed) as interpreter:
        interpreter.complete("dm.getDat")
        assert interpreter.run(ask).text() == "[]; ['numpy']; ['numpy']\n"


def test_what_displays_things_can_be_imported_where_the_shell_is_the_bundled_one(
    tmp_path: Path, bare_python: Path, installed: Path
) -> None:
    link_packages(packages_of(bare_python), "numpy", "numpy.libs")
    with started(tmp_path, python=str(bare_python / "bin" / "python"), package=installed) as interpreter:
        run = interpreter.run("from IPython.display import HTML, display\ndisplay(HTML('<b>bold</b>'))")
        assert run.displays[0].data["text/html"] == "<b>bold</b>"
        assert interpreter.run("import IPython\nIPython.get_ipython() is get_ipython()").result == "True"


def test_code_is_shown_although_the_bundle_lacks_the_lexer_of_a_language(
    tmp_path: Path, bare_python: Path, installed: Path
) -> None:
    link_packages(packages_of(bare_python), "numpy", "numpy.libs")
    pygments = installed.parents[1] / "bundled" / "libs" / "pygments"
    complete = pygments.resolve()
    pygments.unlink()
    shutil.copytree(complete, pygments, ignore=shutil.ignore_patterns("__pycache__", "zig.py"))
    with started(tmp_path, python=str(bare_python / "bin" / "python"), package=installed) as interpreter:
        run = interpreter.run("from IPython.display import Code, display\ndisplay(Code('whiskers of a mouse'))")
        assert "whiskers of a mouse" in str(run.displays[0].data["text/html"])
        named = interpreter.run("display(Code('x = 1', language='python'))")
        assert '<span class="n">x</span>' in str(named.displays[0].data["text/html"])
        lacking = interpreter.start_code("display(Code('const x = 1;', language='zig'))")
        assert "no lexer for alias 'zig' found" in str(interpreter.finish(lacking) and lacking.outputs)


def test_a_broken_ipython_of_the_user_is_passed_over(tmp_path: Path, bare_python: Path, installed: Path) -> None:
    packages = packages_of(bare_python)
    link_packages(packages, "numpy", "numpy.libs")
    (packages / "IPython" / "core").mkdir(parents=True)
    (packages / "IPython" / "core" / "release.py").write_text("_version_major = 8\n_version_minor = 30\n")
    (packages / "IPython" / "__init__.py").write_text("import traitlets\n")
    (packages / "traitlets.py").write_text("raise ImportError('built for another Python')\n")
    with started(tmp_path, python=str(bare_python / "bin" / "python"), package=installed) as interpreter:
        assert interpreter.run("1 + 1").result == "2"
        assert interpreter.complete("dm.getDat") == ["getData"]


def test_completion_does_not_depend_on_the_users_jedi(tmp_path: Path, bare_python: Path, installed: Path) -> None:
    names = "numpy numpy.libs IPython traitlets decorator* pexpect ptyprocess pygments prompt_toolkit wcwidth"
    more = "stack_data executing asttokens pure_eval matplotlib_inline exceptiongroup typing_extensions*"
    packages = packages_of(bare_python)
    link_packages(packages, *f"{names} {more}".split())
    (packages / "jedi.py").write_text("settings = None\n")
    with started(tmp_path, python=str(bare_python / "bin" / "python"), package=installed) as interpreter:
        interpreter.run("class Whisker:\n    length = 3")
        interpreter.poll(lambda: interpreter.complete("Whisker.len") == ["length"])  # Jedi takes time to be imported
        assert interpreter.run("import jedi\njedi.settings is None").result == "True"


def test_the_users_own_ipython_is_used_when_it_is_new_enough(
    tmp_path: Path, bare_python: Path, installed: Path
) -> None:
    names = "numpy numpy.libs IPython traitlets decorator* pexpect ptyprocess pygments prompt_toolkit wcwidth"
    more = "stack_data executing asttokens pure_eval jedi parso matplotlib_inline exceptiongroup typing_extensions*"
    link_packages(packages_of(bare_python), *f"{names} {more}".split())
    with started(tmp_path, python=str(bare_python / "bin" / "python"), package=installed) as interpreter:
        assert interpreter.run("import IPython\nIPython.__file__").result.startswith(f"'{bare_python}")


def test_an_ipython_that_is_too_old_is_left_alone(tmp_path: Path, bare_python: Path, installed: Path) -> None:
    link_packages(packages_of(bare_python), "numpy", "numpy.libs")
    old = packages_of(bare_python) / "IPython" / "core"
    old.mkdir(parents=True)
    (old.parent / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (old / "release.py").write_text("_version_major = 7\n_version_minor = 34\n")
    with started(tmp_path, python=str(bare_python / "bin" / "python"), package=installed) as interpreter:
        assert interpreter.run("import IPython\nIPython.version_info[0] >= 8").result == "True"


def test_old_packages_of_the_user_are_theirs_and_in_nobodys_way(tmp_path: Path, installed: Path, script: Path) -> None:
    script.write_text("import attr, debugpy, decorator, jedi, pygments, traitlets\nwidths = [3]\nlast = len(widths)\n")
    modules = "[module.__version__ for module in (attr, debugpy, decorator, jedi, pygments, traitlets)]"
    assert OLD_PYTHON.exists(), "`npm test` makes an environment with old packages in .cache/python-old"
    with started(tmp_path, python=str(OLD_PYTHON), package=installed) as interpreter:
        with DebugSession(interpreter) as session:
            session.break_at(script, 3)
            session.configured()
            run = interpreter.start_file(script)
            thread = session.stopped()
            assert session.local_variables(thread)["widths"] == "[3]"
            session.proceed(thread)
            assert interpreter.finish(run).status == "ok"
        assert interpreter.run(modules).result == "['19.3.0', '1.5.1', '4.3.2', '0.17.2', '2.5.2', '4.3.3']"
        interpreter.poll(lambda: interpreter.complete("widths.exte") == ["extend"])  # Jedi takes time to be imported
        listed = "import importlib.metadata as m\nm.version('ipython'), m.version('attrs')"
        assert interpreter.run(listed).result == "('7.16.3', '19.3.0')"


def test_an_old_debugpy_where_there_is_no_bundle_is_named_and_code_runs(
    tmp_path: Path, bare_python: Path, unbundled: Path
) -> None:
    packages = packages_of(bare_python)
    link_packages(packages, "numpy", "numpy.libs", *LIBRARIES_OF_IPYTHON, "bytecode")
    (packages / "debugpy").symlink_to(packages_of(OLD_PYTHON.parents[1]) / "debugpy")
    with started(tmp_path, python=str(bare_python / "bin" / "python"), package=unbundled) as interpreter:
        for _ in range(2):
            with pytest.raises(RequestError, match="update it"):
                interpreter.ask(methods.DEBUG_ATTACH, Empty())
            assert interpreter.run("print(6 * 7)").text() == "42\n"


def test_an_ipython_that_is_broken_is_named(tmp_path: Path, bare_python: Path, unbundled: Path) -> None:
    link_packages(packages_of(bare_python), "numpy", "numpy.libs", "IPython")
    with started(tmp_path, python=str(bare_python / "bin" / "python"), package=unbundled) as interpreter:
        assert interpreter.failed is not None
        assert f"IPython of {bare_python}" in interpreter.failed.message
        assert "No module named" in interpreter.failed.message


def test_without_ipython_and_bundle_the_message_says_what_to_install(
    tmp_path: Path, bare_python: Path, unbundled: Path
) -> None:
    link_packages(packages_of(bare_python), "numpy", "numpy.libs")
    with started(tmp_path, python=str(bare_python / "bin" / "python"), package=unbundled) as interpreter:
        assert interpreter.failed is not None
        assert "pip install ipython" in interpreter.failed.message


def test_ipython_can_be_embedded_although_its_terminal_was_not_imported(tmp_path: Path) -> None:
    with started(tmp_path) as interpreter:
        assert interpreter.run("import sys\n'prompt_toolkit' in sys.modules").result == "False"
        assert interpreter.run("from IPython.terminal.embed import InteractiveShellEmbed as E\nE.__name__").result
        assert interpreter.run("import IPython\nIPython.embed.__name__").result == "'embed'"


def test_killing_the_interpreter_loses_nothing_that_was_stored(tmp_path: Path) -> None:
    with started(tmp_path) as interpreter:
        interpreter.run("dm.setData('kept', wt.AnalogTimeSeries([1.0], [0]), 'time')")
        interpreter.start_code("while True: pass")
        interpreter.process.send_signal(signal.SIGKILL)
        assert interpreter.process.wait(TIMEOUT_S) == -signal.SIGKILL
        interpreter.wait_until(lambda: interpreter.closed, "end of the channel")
    with DataManager.open(tmp_path / "session") as data_manager:
        assert "kept" in data_manager.getAllKeys()
    with started(tmp_path) as interpreter:
        assert interpreter.run("dm.getData('kept').getNumSamples()").result == "1"


def test_a_child_that_lives_on_does_not_hide_the_interpreters_end(tmp_path: Path) -> None:
    with started(tmp_path) as interpreter:
        run = interpreter.run(
            """
            import os, subprocess, time
            fork = os.fork()
            if fork == 0:
                time.sleep(600)
                os._exit(0)
            print(fork, subprocess.Popen(["sleep", "600"]).pid)
            """
        )
        children = [int(pid) for pid in run.text().split()]
        interpreter.process.kill()
        try:
            interpreter.wait_until(lambda: interpreter.closed, "end of the channel")
        finally:
            for pid in children:
                os.kill(pid, signal.SIGKILL)


def test_a_fork_cannot_speak_on_the_channel(tmp_path: Path) -> None:
    with started(tmp_path) as interpreter:
        child = "if pid == 0:\n    print('child')\n    os._exit(0)"
        run = interpreter.run(f"import os\npid = os.fork()\n{child}\nos.waitpid(pid, 0);")
        assert interpreter.fd_text(run, "stdout") == "child\n"
        assert run.text() == ""


def test_shutting_down_flushes_and_ends(tmp_path: Path) -> None:
    with started(tmp_path) as interpreter:
        interpreter.run("import atexit, pathlib\natexit.register(lambda: pathlib.Path('ended').write_text(''))\n0")
        interpreter.ask(methods.INTERPRETER_SHUTDOWN, Empty())
        assert interpreter.process.wait(TIMEOUT_S) == 0
        assert (tmp_path / "ended").exists()


def test_shutting_down_interrupts_running_code(tmp_path: Path) -> None:
    with started(tmp_path) as interpreter:
        run = interpreter.start_code("print('started')\nwhile True: pass")
        interpreter.wait_for_text(run, "started")
        interpreter.ask(methods.INTERPRETER_SHUTDOWN, Empty())
        assert interpreter.process.wait(TIMEOUT_S) == 0


def test_the_interpreter_ends_when_the_daemon_is_gone(tmp_path: Path) -> None:
    with started(tmp_path) as interpreter:
        run = interpreter.start_code("print('started')\nwhile True: pass")
        interpreter.wait_for_text(run, "started")
        interpreter.hang_up()
        assert interpreter.process.wait(TIMEOUT_S) == 0


def test_a_crash_leaves_its_stack_on_stderr(tmp_path: Path) -> None:
    with started(tmp_path) as interpreter:
        interpreter.start_code("import ctypes\nctypes.string_at(0)")
        interpreter.wait_until(lambda: interpreter.closed, "end of the channel")
        interpreter.wait_until(lambda: b"Segmentation fault" in interpreter.fd_bytes["stderr"], "faulthandler's text")


def test_stdin_is_empty(interpreter: InterpreterClient) -> None:
    assert interpreter.run("import sys\nsys.stdin.read()").result == "''"
