from nexcred.cli.terminal.capabilities import Ttys, decide_terminal

HERE = Ttys(stdin=True, stdout=True, stderr=True)
PIPED_RESULT = Ttys(stdin=True, stdout=False, stderr=True)


def test_stdout_in_a_pipe_does_not_stop_prompts() -> None:
    terminal = decide_terminal(PIPED_RESULT, {"TERM": "xterm"})
    assert terminal.interactive
    assert not terminal.colour_out
    assert terminal.colour_err


def test_prompts_need_stdin_and_stderr() -> None:
    assert not decide_terminal(Ttys(stdin=False, stdout=True, stderr=True), {}).interactive
    assert not decide_terminal(Ttys(stdin=True, stdout=True, stderr=False), {}).interactive


def test_ci_forbids_prompts_unless_it_is_empty_zero_or_false() -> None:
    assert not decide_terminal(HERE, {"CI": "true"}).interactive
    assert not decide_terminal(HERE, {"CI": "woodpecker"}).interactive
    for unset in ("", "0", "false", "False"):
        assert decide_terminal(HERE, {"CI": unset}).interactive


def test_no_input_forbids_prompts_by_flag_and_by_variable() -> None:
    assert not decide_terminal(HERE, {}, no_input=True).interactive
    assert not decide_terminal(HERE, {"NEXCRED_NO_INPUT": "1"}).interactive


def test_colour_is_for_terminals_unless_somebody_says_otherwise() -> None:
    assert decide_terminal(HERE, {"TERM": "xterm"}).colour_out
    assert not decide_terminal(HERE, {"TERM": "xterm"}, color="never").colour_out
    assert not decide_terminal(PIPED_RESULT, {"TERM": "xterm"}).colour_out
    assert decide_terminal(PIPED_RESULT, {"TERM": "dumb"}, color="always").colour_out


def test_a_dumb_terminal_is_asked_plainly_and_never_animated() -> None:
    terminal = decide_terminal(HERE, {"TERM": "dumb"})
    assert (terminal.interactive, terminal.plain, terminal.animated, terminal.colour_out) == (True, True, False, False)


def test_quiet_stops_progress() -> None:
    assert decide_terminal(HERE, {"TERM": "xterm"}).animated
    assert not decide_terminal(HERE, {"TERM": "xterm"}, quiet=True).animated
