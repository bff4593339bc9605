using System.Runtime.InteropServices;
using System.Text;

namespace Autograd.Files;

/// <summary>
/// Replaces files whole: whoever reads finds what was there before or what is there afterwards, also when the process is killed meanwhile
/// or the disk is full.
/// </summary>
static unsafe class AtomicFile
{
    const string Suffix = ".saving";

    /// <summary>Writes beside the file, flushes, and renames. What a killed process left beside it is overwritten by the next.</summary>
    /// <exception cref="IOException">
    /// The path is a directory, a link or a device; another process is saving to it; there is no space; the folder is missing.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission; the file may only be read.</exception>
    public static void Replace(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string target = Path.GetFullPath(path), beside = target + Suffix;
        PlainFile.ThrowIfNotReplaceable(path, target);
        PlainFile.ThrowIfNotReplaceable(beside, beside);
        try
        {
            // Locked against others that save to the same file. Windows renames an open file only if it may be deleted.
            var share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;
            using (var stream = new FileStream(beside, FileMode.OpenOrCreate, FileAccess.Write, share))
            {
                stream.SetLength(0);
                Write(path, stream, beside, write);
                File.Move(beside, target, overwrite: true);
            }
        }
        catch (DirectoryNotFoundException missing)
        {
            throw new DirectoryNotFoundException($"{path}: the folder {Path.GetDirectoryName(target)} does not exist.", missing);
        }
        FlushFolder(Path.GetDirectoryName(target)!);
    }

    static void Write(string path, FileStream stream, string beside, Action<Stream> write)
    {
        bool isWritten = false;
        try
        {
            write(stream);
            stream.Flush(flushToDisk: true);
            isWritten = true;
        }
        catch (ArgumentOutOfRangeException tooLong) when (tooLong.ParamName == "value")
        {
            // What the system calls EFBIG; all its other errors come as they should.
            throw new IOException($"{path}: the file is longer than the file system, or a limit, allows.", tooLong);
        }
        finally
        {
            // What is half written is of no use, and may be what fills the disk.
            if (!isWritten) File.Delete(beside);
        }
    }

    // Else a power failure could lose the new name. Windows keeps it in its journal.
    static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        int handle;
        fixed (byte* path = Encoding.UTF8.GetBytes(folder + '\0')) handle = Open(path, 0);
        if (handle < 0) return;
        _ = Flush(handle);
        _ = Close(handle);
    }

    [DllImport("libc", EntryPoint = "open")]
    static extern int Open(byte* path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    static extern int Flush(int handle);

    [DllImport("libc", EntryPoint = "close")]
    static extern int Close(int handle);
}
