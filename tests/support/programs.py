"""Programs of a few instructions for several architectures, made without a compiler."""
import struct

ADDRESS, HEADERS = 0x400000, 64 + 56  # of an ELF header and one of a segment
MACHINES = {"x86_64": 62, "aarch64": 183}


def elf(arch, code):
    """A static 64-bit ELF program of this code."""
    size = HEADERS + len(code)
    header = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", 2, MACHINES[arch], 1, ADDRESS + HEADERS, 64, 0, 0,
                         64, 56, 1, 0, 0, 0)
    return header + struct.pack("<IIQQQQQQ", 1, 5, 0, ADDRESS, ADDRESS, size, size, 0x1000) + code


def touch(arch, path):
    """A program that makes a file, and ends with 0 whether it could or not."""
    name = path.encode() + b"\0"
    if arch == "x86_64":
        begin = b"\xb8\x02\0\0\0\x48\x8d\x3d"  # mov eax, 2 (open); lea rdi, [rip + …]
        rest = b"\xbe\x41\0\0\0\xba\xa4\x01\0\0\x0f\x05\xb8\x3c\0\0\0\x31\xff\x0f\x05"  # … 0x41, 0644; exit(0)
        return elf(arch, begin + struct.pack("<i", len(rest)) + rest + name)
    move = lambda register, value: 0xd2800000 | value << 5 | register  # noqa: E731
    call = 0xd4000001
    rest = [move(2, 0x41), move(3, 0o644), move(8, 56), call, move(0, 0), move(8, 93), call]  # openat; exit
    distance = 4 * (1 + len(rest))
    code = [0x92800000 | 99 << 5, 0x10000001 | distance >> 2 << 5, *rest]  # x0 = AT_FDCWD; x1: the path
    return elf(arch, struct.pack(f"<{len(code)}I", *code) + name)
