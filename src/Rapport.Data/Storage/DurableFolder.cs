using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Rapport.Data;

/// <summary>
/// A file that was flushed is durable, its name is not: on Unix a new name survives a power cut once its folder was flushed too (fsync(2)). The runtime
/// opens no folders.
/// </summary>
internal static partial class DurableFolder
{
    private const int ReadOnly = 0;

    /// <summary>Returns once the names in the folder of <paramref name="file"/> are durable. Windows does that by itself.</summary>
    /// <exception cref="IOException">The folder cannot be opened or flushed.</exception>
    internal static void FlushAround(string file)
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
}
