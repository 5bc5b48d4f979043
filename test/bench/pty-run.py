#!/usr/bin/env python3
"""Run a program in a terminal of a given size for a while, and print what it cost as one JSON object.

    pty-run.py COLUMNS ROWS SECONDS SAMPLE_SECONDS -- PROGRAM [ARGUMENT ...]

`samples` holds [seconds since the start, CPU seconds, resident KiB, bytes written] every SAMPLE_SECONDS, of the program, of every
child that it has waited for, and of those that still run. `cpu` is what wait4 says at the end: finer, without children
that were never waited for. `frames` holds the sizes of the program's frames where it marks them (DEC mode 2026, which
Ink sets around each), in the order they came.
"""
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

FRAME_START = b'\x1b[?2026h'
FRAME_END = b'\x1b[?2026l'
TICK = os.sysconf('SC_CLK_TCK')


def list_tree(pid):
    """The process and all below it."""
    found = [pid]
    try:
        for thread in os.listdir(f'/proc/{pid}/task'):
            with open(f'/proc/{pid}/task/{thread}/children') as children:
                for child in children.read().split():
                    found += list_tree(int(child))
    except OSError:
        pass
    return found


def read_cpu(pids):
    """CPU seconds of these processes and of the children that they have waited for."""
    total = 0
    for pid in pids:
        try:
            with open(f'/proc/{pid}/stat') as stat:
                total += sum(int(ticks) for ticks in stat.read().rsplit(')', 1)[1].split()[11:15])
        except OSError:
            pass
    return total / TICK


def read_memory(pids):
    """Resident and proportional KiB of these processes."""
    totals = {'Rss:': 0, 'Pss:': 0}
    for pid in pids:
        try:
            with open(f'/proc/{pid}/smaps_rollup') as lines:
                for line in lines:
                    name, *rest = line.split()
                    if name in totals:
                        totals[name] += int(rest[0])
        except OSError:
            pass
    return totals['Rss:'], totals['Pss:']


class Output:
    """Counts what the program writes, and finds its frames in it."""

    def __init__(self, start):
        self.start = start
        self.total = 0
        self.first_byte = None
        self.first_frame = None
        self.frames = []
        self.pending = b''

    def take(self, data):
        now = time.monotonic() - self.start
        if self.first_byte is None:
            self.first_byte = now
        self.total += len(data)
        self.pending += data
        while (end := self.pending.find(FRAME_END)) >= 0:
            start = self.pending.find(FRAME_START)
            if 0 <= start < end:
                self.frames.append(end - start + len(FRAME_END))
                if self.first_frame is None:
                    self.first_frame = now
            self.pending = self.pending[end + len(FRAME_END):]
        if FRAME_START not in self.pending:
            self.pending = self.pending[-len(FRAME_START):]


def start_program(program, columns, rows):
    """The process id and the terminal. The program begins only when the terminal has its size."""
    ready, go = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.close(go)
        os.read(ready, 1)
        os.close(ready)
        for name in ('CI', 'COLUMNS', 'LINES', 'NO_COLOR'):
            os.environ.pop(name, None)
        os.environ['TERM'] = 'xterm-256color'
        os.execvp(program[0], program)
    os.close(ready)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
    return pid, terminal, go


def drain(terminal, output, seconds):
    """Reads what the program writes for that long. False once it has closed the terminal."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if not select.select([terminal], [], [], left)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:
            return False
        if not data:
            return False
        output.take(data)
    return True


def end_program(pid, terminal, output):
    """Ends it as closing a window would, later with force: its status and what it used."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        pass
    deadline = time.monotonic() + 5
    while True:
        drain(terminal, output, 0.05)
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            return status, usage
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def main():
    columns, rows = int(sys.argv[1]), int(sys.argv[2])
    seconds, step = float(sys.argv[3]), float(sys.argv[4])
    pid, terminal, go = start_program(sys.argv[6:], columns, rows)
    start = time.monotonic()
    os.write(go, b'\n')
    output = Output(start)
    samples = []
    pss = None
    running = True
    while running and (ran := time.monotonic() - start) < seconds:
        running = drain(terminal, output, min(step - ran % step, seconds - ran))
        tree = list_tree(pid)
        rss, pss = read_memory(tree)
        if rss > 0:
            samples.append([round(time.monotonic() - start, 3), read_cpu(tree), rss, output.total])
    ran = time.monotonic() - start
    status, usage = end_program(pid, terminal, output)
    os.close(terminal)
    print(json.dumps({
        'seconds': ran,
        'cpu': usage.ru_utime + usage.ru_stime,
        'samples': samples,
        'pss': pss,
        'maxRss': usage.ru_maxrss,
        'bytes': output.total,
        'frames': output.frames,
        'firstByte': output.first_byte,
        'firstFrame': output.first_frame,
        'exit': os.waitstatus_to_exitcode(status),
    }))


if __name__ == '__main__':
    main()
