using System.ComponentModel;
using System.Diagnostics;
using Dapper;
using Rapport.TestKit;

namespace Rapport.Data.Tests;

/// <summary>A disk that is really full: a file system of two megabytes in memory. Only root may mount one.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rapport-full-").FullName;
    private bool _isMounted;

    [Fact]
    public async Task A_full_disk_says_so_keeps_what_was_acknowledged_and_takes_writes_again_when_there_is_space()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        _isMounted = Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", _folder);
        Assert.SkipUnless(_isMounted, "a small file system cannot be mounted here: only root may");
        await using Database database = Database.OpenSqlite(Path.Combine(_folder, "rapport.db"));
        await Migrator.ApplyAsync(database, new ManualClock(), cancel, typeof(MigratorContract).Assembly);
        string ballast = Path.Combine(_folder, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[700_000], cancel);

        var acknowledged = 0;
        StorageException? full = null;
        while (full is null)
        {
            try
            {
                await WriteAsync(acknowledged);
                acknowledged++;
            }
            catch (StorageException e)
            {
                full = e;
            }
        }

        Assert.Equal(StorageFailure.Full, full.Failure);
        Assert.Equal(StorageFailure.Full, (await Assert.ThrowsAsync<StorageException>(() => WriteAsync(acknowledged))).Failure);
        Assert.Equal(acknowledged, await CountAsync());
        Assert.NotEqual(0, acknowledged);

        File.Delete(ballast);
        await WriteAsync(acknowledged);
        Assert.Equal(acknowledged + 1, await CountAsync());

        Task<int> WriteAsync(long id) => database.WriteAsync(
            t => t.Connection!.ExecuteAsync("INSERT INTO gadget (id, body) VALUES (@id, zeroblob(20000))", new { id }, t), cancel);
        Task<long> CountAsync() => database.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM gadget"), cancel);
    }

    public void Dispose()
    {
        if (_isMounted)
        {
            Run("umount", "-l", _folder);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
