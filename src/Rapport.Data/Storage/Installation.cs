using System.Reflection;
using System.Security.Cryptography;
using Dapper;

namespace Rapport.Data;

/// <summary>
/// Ties a database to its master key, and keeps what the installation as a whole owns. Opening it is the moment at which a wrong or
/// missing key is found: a database that has a key never gets another one silently.
/// </summary>
public static class Installation
{
    private const string KeyCheck = "key-check";

    /// <summary>
    /// Opens a database with its key and brings it to the schema of this version: the key first, which some migrations need. With a wrong or missing key nothing is changed.
    /// </summary>
    /// <param name="database">As it is.</param>
    /// <param name="keyFile">Path of the key file.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="modules">The modules beside the data layer, in this order.</param>
    /// <returns>The keyring, to be disposed.</returns>
    /// <exception cref="KeyFileException">The key is missing, unreadable, or not this database's.</exception>
    /// <exception cref="StorageException">The database failed, or was made by a newer version, in which case nothing was changed.</exception>
    public static async Task<Keyring> OpenAsync(Database database, string keyFile, TimeProvider clock, CancellationToken cancel, params Assembly[] modules)
    {
        await Migrator.RefuseNewerAsync(database, modules, cancel);
        await Migrator.ApplyAsync(database, clock, cancel);
        var keyring = await OpenKeyringAsync(database, keyFile, cancel);
        try
        {
            await Migrator.ApplyAsync(database, keyring, clock, cancel, modules);

            // What tables of before had in clear is overwritten there, and stands in the log until its next turn: also where the start that migrated them was cut short.
            await database.EmptyLogAsync(cancel);
            return keyring;
        }
        catch
        {
            keyring.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The keyring of this database. On the first start, and only then, a missing key file is made.
    /// </summary>
    /// <param name="database">Migrated.</param>
    /// <param name="keyFile">Path of the key file.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="KeyFileException">The key is missing, unreadable, or not this database's.</exception>
    public static async Task<Keyring> OpenKeyringAsync(Database database, string keyFile, CancellationToken cancel)
    {
        var check = await ReadAsync(database, KeyCheck, cancel);
        if (check is null && !File.Exists(keyFile))
        {
            try
            {
                MasterKey.New().WriteNewFile(keyFile);
            }
            catch (KeyFileException) when (File.Exists(keyFile))
            {
                // Another process of this first start was faster; its key is read below.
            }
        }
        else if (check is not null && !File.Exists(keyFile))
        {
            throw new KeyFileException($"the key file `{keyFile}` is missing, and this database cannot be opened without it: put it back, or name it with `--key-file`");
        }

        var keyring = new Keyring(MasterKey.ReadFile(keyFile));
        if (check is null)
        {
            // From the next line on this database has a key, and a power cut must not take its file: whoever made it, perhaps another process just now.
            MasterKey.KeepFile(keyFile);
            check = await AddAsync(database, KeyCheck, keyring.CheckValue, cancel);
        }

        return CryptographicOperations.FixedTimeEquals(check, keyring.CheckValue)
            ? keyring
            : throw new KeyFileException($"the key in `{keyFile}` is not the key of this database: use the key file it was made with");
    }

    /// <summary>A value of the installation, opened; made by <paramref name="make"/> and sealed when it is not there yet, the same for all nodes.</summary>
    public static async Task<byte[]> SecretAsync(Database database, Keyring keyring, string name, Func<byte[]> make, CancellationToken cancel)
    {
        var place = new Place(name, 0, 0);
        var value = await ReadAsync(database, name, cancel) ?? await AddAsync(database, name, keyring.Installation.Seal(place, make()), cancel);
        return keyring.Installation.Open(place, value);
    }

    private static Task<byte[]?> ReadAsync(Database database, string name, CancellationToken cancel) =>
        database.ReadAsync(c => c.QuerySingleOrDefaultAsync<byte[]>("SELECT value FROM installation WHERE name = @name", new { name }), cancel);

    /// <summary>Adds a value unless another node was first; returns the one that stands.</summary>
    private static Task<byte[]> AddAsync(Database database, string name, byte[] value, CancellationToken cancel) =>
        database.WriteAsync(
            async t =>
            {
                await t.Connection!.ExecuteAsync(
                    "INSERT INTO installation (name, value) VALUES (@name, @value) ON CONFLICT (name) DO NOTHING", new { name, value }, t);
                return await t.Connection!.QuerySingleAsync<byte[]>("SELECT value FROM installation WHERE name = @name", new { name }, t);
            },
            cancel);
}
