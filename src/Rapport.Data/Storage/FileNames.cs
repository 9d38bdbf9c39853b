using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Rapport.Data;

/// <summary>What the runtime does not do for the names of files on Unix: make one that was free until now, and make one durable.</summary>
internal static partial class FileNames
{
    private const int ReadOnly = 0;
    private const int Exists = 17; // EEXIST

    /// <summary>
    /// Gives a written file its name, if nobody has it: of several that claim one name at once, one gets it. <see cref="File.Move(string, string, bool)"/>
    /// looks first and renames then on Unix, so that two can find the name free and the second replaces the first's file; link(2) is one step.
    /// </summary>
    /// <param name="draft">The file under the name it was written by; gone afterwards.</param>
    /// <param name="file">The name it is to have, in the same file system.</param>
    /// <exception cref="IOException">The name is taken, or cannot be made.</exception>
    internal static void Claim(string draft, string file)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(draft, file, overwrite: false);
            return;
        }

        if (Link(draft, file) != 0)
        {
            var why = Marshal.GetLastPInvokeErrorMessage();
            throw new IOException(Marshal.GetLastPInvokeError() == Exists ? $"the file `{file}` exists" : $"the file `{file}` cannot be made: {why}");
        }

        File.Delete(draft);
    }

    /// <summary>Returns once the names in the folder of <paramref name="file"/> are durable: a file that was flushed survives a power cut, its name only
    /// once its folder was flushed too (fsync(2)). Windows does that by itself.</summary>
    /// <exception cref="IOException">The folder cannot be opened or flushed.</exception>
    internal static void FlushFolder(string file)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        using var handle = new SafeFileHandle(Open(folder, ReadOnly), ownsHandle: true);
        if (handle.IsInvalid)
        {
            throw new IOException($"the folder `{folder}` cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        RandomAccess.FlushToDisk(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string made);
}
