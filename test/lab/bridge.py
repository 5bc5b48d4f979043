#!/usr/bin/python3
"""A terminal of a given size round a program, driven by lines on stdin:  bridge.py COLUMNS ROWS PROGRAM [ARG ...]

    type BASE64     keys
    size COLUMNS ROWS
    kill            SIGKILL to the program: a connection that is cut, with no good-bye

What the program writes goes to stdout as it is. The end of stdin hangs up, the exit status is the program's.
Node has no terminals of its own without a native module; Python has them in its standard library."""
import base64, fcntl, os, pty, select, signal, struct, sys, termios, time


def set_size(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', int(rows), int(columns), 0, 0))


def obey(line, pid, terminal):
    word, *rest = line.split()
    if word == 'type':
        os.write(terminal, base64.b64decode(rest[0]))
    elif word == 'size':
        set_size(terminal, *rest)
    elif word == 'kill':
        os.kill(pid, signal.SIGKILL)


def relay(pid, terminal):
    waiting = b''
    while True:
        for ready in select.select([terminal, 0], [], [])[0]:
            try:
                data = os.read(ready, 65536)
            except OSError:   # the program has closed its side
                return
            if not data:
                return
            if ready == terminal:
                os.write(1, data)
                continue
            *lines, waiting = (waiting + data).split(b'\n')
            for line in lines:
                obey(line.decode(), pid, terminal)


def main():
    columns, rows, *program = sys.argv[1:]
    opened, wait = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.close(wait)
        os.read(opened, 1)   # not before the terminal has its size
        os.environ['TERM'] = 'xterm-256color'
        os.execvp(program[0], program)
    set_size(terminal, columns, rows)
    os.close(opened)
    os.close(wait)
    relay(pid, terminal)
    os.close(terminal)
    for signal_number in (None, signal.SIGHUP, signal.SIGKILL):
        if signal_number:
            os.kill(pid, signal_number)
        for _ in range(30):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                sys.exit(os.waitstatus_to_exitcode(status) & 255)
            time.sleep(0.1)


main()
