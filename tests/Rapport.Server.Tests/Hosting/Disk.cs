using System.ComponentModel;
using System.Diagnostics;

namespace Rapport.Server.Tests.Hosting;

/// <summary>A small file system in memory, to be filled. Only root may mount one.</summary>
internal static class Disk
{
    public static bool TryMount(string folder, string size) => Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder);

    public static void Unmount(string folder, bool isMounted)
    {
        if (isMounted)
        {
            Run("umount", "-l", folder);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Fills the file system that a file stands in, but for so many bytes.</summary>
    public static void Fill(string path, int left)
    {
        using var file = File.Create(path, bufferSize: 0);
        var block = new byte[64 * 1024];
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            file.SetLength(file.Length - left);
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
