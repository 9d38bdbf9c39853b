using Rapport.TestKit;

namespace Rapport.Data.Tests;

/// <summary>A fresh database for each test: what happens on the first start happens once.</summary>
public abstract class InstallationContract<TDatabase> : IAsyncLifetime
    where TDatabase : TestDatabase, new()
{
    private readonly TDatabase _test = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("rapport-key-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string KeyFile => Path.Combine(_folder, "master.key");

    public async ValueTask InitializeAsync()
    {
        await _test.InitializeAsync();
        await _test.MigrateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_first_start_makes_a_key_that_only_its_owner_may_read_and_later_starts_use_it()
    {
        using Keyring first = await OpenAsync();
        Assert.Equal([KeyFile], Directory.GetFiles(_folder));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        }

        byte[] written = await File.ReadAllBytesAsync(KeyFile, Cancel);
        using Keyring second = await OpenAsync();
        Assert.Equal(written, await File.ReadAllBytesAsync(KeyFile, Cancel));
        Assert.Equal(first.LookupHash("kind", "value"), second.LookupHash("kind", "value"));
    }

    [Fact]
    public async Task A_key_that_was_put_there_before_the_first_start_is_used()
    {
        MasterKey.New().WriteNewFile(KeyFile);
        byte[] written = await File.ReadAllBytesAsync(KeyFile, Cancel);
        (await OpenAsync()).Dispose();
        Assert.Equal(written, await File.ReadAllBytesAsync(KeyFile, Cancel));
    }

    [Fact]
    public async Task A_missing_key_is_never_made_anew()
    {
        (await OpenAsync()).Dispose();
        File.Delete(KeyFile);
        Assert.Equal(
            $"the key file `{KeyFile}` is missing, and this database cannot be opened without it: put it back, or name it with `--key-file`",
            await RefusalAsync());
        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public async Task The_key_of_another_database_is_refused()
    {
        (await OpenAsync()).Dispose();
        File.Delete(KeyFile);
        MasterKey.New().WriteNewFile(KeyFile);
        Assert.Equal($"the key in `{KeyFile}` is not the key of this database: use the key file it was made with", await RefusalAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64 !")]
    [InlineData("c2hvcnQ=")]
    [InlineData("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMw==")] // 34 bytes
    public async Task What_is_no_key_is_refused(string content)
    {
        await File.WriteAllTextAsync(KeyFile, content, Cancel);
        OwnerOnly();
        Assert.Equal($"`{KeyFile}` is not a key file: it should hold 32 bytes in base64", await RefusalAsync());
        Assert.Equal(content, await File.ReadAllTextAsync(KeyFile, Cancel));
    }

    [Fact]
    public async Task A_key_that_others_may_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        (await OpenAsync()).Dispose();
#pragma warning disable CA1416 // skipped there
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
#pragma warning restore CA1416
        Assert.Equal($"the key file `{KeyFile}` can be read by others than its owner: run `chmod 600` on it", await RefusalAsync());
    }

    [Fact]
    public async Task A_key_file_that_cannot_be_written_is_said_and_leaves_nothing()
    {
        string nowhere = Path.Combine(_folder, "no such folder", "master.key");
        KeyFileException refused = await Assert.ThrowsAsync<KeyFileException>(() => Installation.OpenKeyringAsync(_test.Database, nowhere, Cancel));
        Assert.Equal($"the key file `{nowhere}` cannot be written", refused.Message);
        using Keyring made = await OpenAsync();
        Assert.Equal([KeyFile], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_key_is_never_written_over_another()
    {
        MasterKey.New().WriteNewFile(KeyFile);
        byte[] written = File.ReadAllBytes(KeyFile);
        Assert.Throws<KeyFileException>(() => MasterKey.New().WriteNewFile(KeyFile));
        Assert.Equal(written, File.ReadAllBytes(KeyFile));
        Assert.Equal([KeyFile], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Of_those_who_write_a_key_at_once_one_does_and_its_key_stays()
    {
        const int rounds = 200;
        for (var round = 0; round < rounds; round++)
        {
            string file = Path.Combine(_folder, $"round{round}.key");
            MasterKey[] keys = [.. Enumerable.Range(0, 4).Select(static _ => MasterKey.New())];
            using var start = new Barrier(keys.Length);
            MasterKey?[] writers = new MasterKey?[keys.Length];
            Thread[] threads = [.. keys.Select((key, i) => new Thread(() =>
            {
                start.SignalAndWait();
                try
                {
                    key.WriteNewFile(file);
                    writers[i] = key;
                }
                catch (KeyFileException)
                {
                    // Another one was first.
                }
            }))];
            Array.ForEach(threads, static t => t.Start());
            Array.ForEach(threads, static t => t.Join());
            MasterKey wrote = Assert.Single(writers.OfType<MasterKey>());
            Assert.Equal(wrote.Derive("use"), MasterKey.ReadFile(file).Derive("use"));
        }

        Assert.Equal(rounds, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public async Task Processes_that_start_first_at_the_same_moment_share_one_key()
    {
        Keyring[] keyrings = await Task.WhenAll(Together(8, () => OpenAsync(_test.OpenAnother(), KeyFile)));
        Assert.Single(keyrings.Select(static k => Convert.ToHexString(k.LookupHash("kind", "value"))).Distinct());
        Assert.Equal([KeyFile], Directory.GetFiles(_folder));
        Assert.All(keyrings, static k => k.Dispose());
    }

    [Fact]
    public async Task Of_machines_that_start_first_with_keys_of_their_own_one_wins_and_the_others_refuse()
    {
        string[] files = [.. Enumerable.Range(0, 6).Select(i => Path.Combine(_folder, $"machine{i}.key"))];
        var next = -1;
        Keyring?[] keyrings = await Task.WhenAll(Together(files.Length, async () =>
        {
            try
            {
                return await OpenAsync(_test.OpenAnother(), files[Interlocked.Increment(ref next)]);
            }
            catch (KeyFileException)
            {
                return null;
            }
        }));
        Assert.Single(keyrings.OfType<Keyring>()).Dispose();
    }

    [Fact]
    public async Task A_secret_of_the_installation_is_made_once_for_all()
    {
        using Keyring keyring = await OpenAsync();
        var made = 0;
        byte[][] secrets = await Task.WhenAll(Together(8, () => Installation.SecretAsync(
            _test.OpenAnother(), keyring, "signing-key", () => [(byte)Interlocked.Increment(ref made), 1, 2, 3], Cancel)));
        byte[] secret = Assert.Single(secrets.DistinctBy(Convert.ToHexString));
        Assert.Equal(secret, await Installation.SecretAsync(_test.Database, keyring, "signing-key", () => throw new InvalidOperationException("made again"), Cancel));
        Assert.NotEqual(secret, await Installation.SecretAsync(_test.Database, keyring, "another-key", () => [9], Cancel));
    }

    private static IEnumerable<Task<T>> Together<T>(int count, Func<Task<T>> work)
    {
        var start = new Barrier(count);
        return [.. Enumerable.Range(0, count).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(Cancel);
                return work();
            },
            Cancel,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap())];
    }

    private static Task<Keyring> OpenAsync(Database database, string keyFile) => Installation.OpenKeyringAsync(database, keyFile, Cancel);

    private Task<Keyring> OpenAsync() => OpenAsync(_test.Database, KeyFile);

    private async Task<string> RefusalAsync() => (await Assert.ThrowsAsync<KeyFileException>(OpenAsync)).Message;

    private void OwnerOnly()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}

public sealed class InstallationOnSqlite : InstallationContract<SqliteTestDatabase>;

public sealed class InstallationOnPostgres : InstallationContract<PostgresTestDatabase>;
