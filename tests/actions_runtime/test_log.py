import io
import json
import logging

import structlog

from actions_runtime.log import describe_failure, get_logger


def _fail(secret: str) -> None:
    raise KeyError(secret)


def test_a_line_is_one_json_object_with_time_level_and_source(log: io.StringIO) -> None:
    get_logger("execution").info("execution", tenant="acme", outcomes=["COMPLETED"])
    line = json.loads(log.getvalue())
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "source": "execution",
        "event": "execution",
        "tenant": "acme",
        "outcomes": ["COMPLETED"],
    }


def test_a_line_break_in_a_value_does_not_make_a_second_line(log: io.StringIO) -> None:
    get_logger("x").info("event", tenant='a\n{"level":"error"}')
    assert log.getvalue().count("\n") == 1


def test_what_is_below_the_level_is_dropped(log: io.StringIO) -> None:
    get_logger("x").debug("event")
    assert log.getvalue() == ""


def test_an_exception_is_told_by_type_and_frames_without_its_message(log: io.StringIO) -> None:
    try:
        _fail("planted-secret")
    except KeyError:
        structlog.get_logger("x").exception("failed")
    line = json.loads(log.getvalue())
    assert line["error"] == "builtins.KeyError"
    assert line["trace"][-1].endswith(" _fail")
    assert "planted-secret" not in log.getvalue()


def test_a_librarys_exception_is_told_without_its_message(log: io.StringIO) -> None:
    try:
        _fail("planted-secret")
    except KeyError:
        logging.getLogger("library").exception("it failed with %s", "planted-argument")
    assert "planted" not in log.getvalue()
    assert json.loads(log.getvalue())["event"] == "it failed with %s"


def test_libraries_are_heard_from_warning_upwards(log: io.StringIO) -> None:
    logging.getLogger("library").info("quiet")
    logging.getLogger("library").warning("loud %d", 1)
    assert json.loads(log.getvalue())["event"] == "loud 1"


def test_a_failure_without_traceback_can_be_described() -> None:
    assert describe_failure(ValueError("x")) == {"error": "builtins.ValueError", "trace": []}
