using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Autograd.Files;

/// <summary>
/// What a path leads to. Reading from a pipe would wait forever, and reading from some devices would never end; writing would follow a link
/// to a file that was not named.
/// </summary>
static unsafe class PlainFile
{
    // Linux: <sys/stat.h>, statx(2), whose result has the same layout on every processor.
    const int WorkingFolder = -100, NoFollow = 0x100, ResultBytes = 256, ModeAt = 28;
    const uint TypeAndMode = 3, TypeMask = 0xF000, Plain = 0x8000, Folder = 0x4000, Link = 0xA000, Writable = 0x92;

    /// <summary>Opens a file to read it.</summary>
    /// <exception cref="IOException">It is missing, or a directory, a device or a pipe.</exception>
    public static SafeFileHandle Open(string path)
    {
        ThrowIfNotReadable(path);
        return File.OpenHandle(path, options: FileOptions.SequentialScan);
    }

    /// <summary>Opens a file to read it as a stream, without a buffer of its own.</summary>
    /// <inheritdoc cref="Open"/>
    public static FileStream Read(string path) => new(Open(path), FileAccess.Read, bufferSize: 0);

    /// <summary>Reads a file whole.</summary>
    /// <inheritdoc cref="Open"/>
    public static byte[] ReadAllBytes(string path)
    {
        ThrowIfNotReadable(path);
        return File.ReadAllBytes(path);
    }

    /// <summary>Checks that a file can be replaced: there is none, or a plain one that may be written.</summary>
    /// <param name="path">The path as it was given, for messages.</param>
    /// <param name="target">Which file it is.</param>
    /// <exception cref="IOException">It is a directory, a link, a device or a pipe.</exception>
    /// <exception cref="UnauthorizedAccessException">It may only be read.</exception>
    public static void ThrowIfNotReplaceable(string path, string target)
    {
        if (new FileInfo(target) is { LinkTarget: { } link })
            throw new IOException($"{path} is a link to {link}; give the path of the file itself.");
        uint? mode = ModeOf(target, followsLinks: false);
        ThrowIfOther(path, target, mode);
        // A rename does not ask the file that it replaces.
        if (mode is { } known && (known & Writable) == 0 || mode is null && new FileInfo(target) is { Exists: true, IsReadOnly: true })
            throw new UnauthorizedAccessException($"{path} may only be read.");
    }

    static void ThrowIfNotReadable(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ThrowIfOther(path, path, ModeOf(path, followsLinks: true));
    }

    static void ThrowIfOther(string path, string target, uint? mode)
    {
        if ((mode & TypeMask) == Folder || Directory.Exists(target)) throw new IOException($"{path} is a directory.");
        if ((mode & TypeMask) is { } type and not Plain)
            throw new IOException($"{path} is a {(type == Link ? "link" : "device or a pipe")}.");
        if (mode is null && target.StartsWith(@"\\.\", StringComparison.Ordinal)) throw new IOException($"{path} is a device.");
    }

    // Null where there is no file, or no such call.
    static uint? ModeOf(string path, bool followsLinks)
    {
        if (!OperatingSystem.IsLinux()) return null;
        byte* result = stackalloc byte[ResultBytes];
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            return Stat(WorkingFolder, name, followsLinks ? 0 : NoFollow, TypeAndMode, result) == 0 ? *(ushort*)(result + ModeAt) : null;
    }

    [DllImport("libc", EntryPoint = "statx")]
    static extern int Stat(int folder, byte* path, int flags, uint mask, byte* result);
}
