namespace Rapport.Server.Hosting;

/// <summary>The folder that holds what must outlive the process.</summary>
internal static class DataFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folder, for its owner only, unless it is there, and makes sure that it can be written to.</summary>
    /// <exception cref="StartupException">It cannot be made or written to.</exception>
    public static void Prepare(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path, OwnerOnly);
            }
            else
            {
                Directory.CreateDirectory(path);
            }

            using var probe = new FileStream(
                Path.Combine(path, $".probe-{Environment.ProcessId}"), FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"the data folder `{path}` cannot be written to: make it writable, or name another with `--data`", e);
        }
    }

    /// <summary>Makes the database file, for its owner only, unless it is there: SQLite gives its side files the same rights.</summary>
    public static void PrepareDatabase(string path)
    {
        if (File.Exists(path))
        {
            return;
        }

        using var file = new FileStream(path, OwnerOnlyFile(FileMode.OpenOrCreate));
    }

    /// <summary>Writes a file that only its owner may read, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static async Task WriteOwnerOnlyAsync(string path, Func<Stream, Task> write)
    {
        var draft = path + ".new";
        File.Delete(draft);
        try
        {
            await using (var file = new FileStream(draft, OwnerOnlyFile(FileMode.CreateNew)))
            {
                await write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static FileStreamOptions OwnerOnlyFile(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
