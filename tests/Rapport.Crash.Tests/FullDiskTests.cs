using System.Diagnostics;
using System.Net;

namespace Rapport.Crash.Tests;

/// <summary>The disk under a SQLite file is full, and then it is not.</summary>
public sealed class FullDiskTests(SqliteFiles files) : IClassFixture<SqliteFiles>
{
    [Fact]
    public async Task On_a_full_disk_an_import_is_refused_whole_and_goes_well_once_there_is_room()
    {
        var folder = files.NewFolder();
        Assert.SkipUnless(await MountAsync("-t", "tmpfs", "-o", "size=48m,mode=700", "tmpfs", folder), "a small file system to fill can be mounted by root only");
        try
        {
            await RunAsync(new ServerPlace(folder));
        }
        finally
        {
            await RunAsync("umount", "-l", folder);
        }
    }

    private static async Task RunAsync(ServerPlace place)
    {
        await using var server = await ServerProcess.StartAsync(place, demo: true);
        var world = await World.MakeAsync(place, server);
        using var api = new Api(server);
        var noor = world.Patients[1];

        // More than the log beside the database has room for already.
        var large = new Batch(noor, "large", 12_000, IsAcknowledged: true);
        var bundle = Make.Batch(noor.Patient!, large.Name, large.Size);
        var filler = Path.Combine(place.DataFolder, "filler");
        Fill(filler);
        var (status, body) = await api.ImportAsync(noor, bundle);
        Assert.Equal(HttpStatusCode.InsufficientStorage, status);
        Assert.Contains("the disk is full: nothing was written, free some space and try again", body, StringComparison.Ordinal);
        await using (var installation = await Installation.OpenAsync(place))
        {
            Assert.Equal(0, await Installation.CountBatchAsync(await installation.OpenAsync(noor), large.Name));
        }

        File.Delete(filler);
        (status, body) = await api.ImportAsync(noor, bundle);
        Assert.True(status == HttpStatusCode.OK, body);
        world.Batches.Add(large);
        foreach (var reader in world.Readers)
        {
            Assert.Equal(HttpStatusCode.OK, await reader.AskAsync(api, byId: true));
        }

        Assert.Equal(world.Readers.Count, await world.CheckAsync(place, []));
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = 1 << 20; size >= 512; size /= 2)
        {
            var block = new byte[size];
            try
            {
                while (true)
                {
                    file.Write(block);
                }
            }
            catch (IOException)
            {
                // Full for blocks of this size.
            }
        }
    }

    private static Task<bool> MountAsync(params string[] arguments) => RunAsync("mount", arguments);

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false });
            await process!.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
