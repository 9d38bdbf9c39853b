using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;

namespace Rapport.Server.Hosting;

/// <summary>
/// What stands behind every door of the server and every command: the database, its schema, its key, and the modules on top. One for each
/// process. Thread safe.
/// </summary>
internal sealed class Modules : IAsyncDisposable
{
    private readonly bool _isGuest;

    private Modules(Database database, Keyring keyring, TimeProvider clock, PeopleModule people, RecordsModule records, FileRules files, bool isGuest = false)
    {
        _isGuest = isGuest;
        Database = database;
        Keyring = keyring;
        Clock = clock;
        People = people;
        Records = records;
        Stories = new StoryShelf(database, keyring, clock);
        Reports = new ReportDesk(database, keyring, records.Keys, clock);
        Conversations = new ConversationDesk(database, keyring, records, people, clock, files);
        Keeping = new TalkKeeping(database, keyring, records.Keys, clock);
    }

    public Database Database { get; }

    public Keyring Keyring { get; }

    public TimeProvider Clock { get; }

    public PeopleModule People { get; }

    public RecordsModule Records { get; }

    /// <summary>What people let others learn of what came of sharing.</summary>
    public StoryShelf Stories { get; }

    /// <summary>Where people talk.</summary>
    public ConversationDesk Conversations { get; }

    /// <summary>What people report of conversations.</summary>
    public ReportDesk Reports { get; }

    /// <summary>How long conversations are kept.</summary>
    public TalkKeeping Keeping { get; }

    /// <summary>Opens everything in order; what fails is told in one line.</summary>
    /// <param name="settings">What the operator decided.</param>
    /// <param name="clock">The one clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="iterations">How often passwords and passcodes are hashed; null for as often as is safe. Tests, whose passwords keep nothing, take fewer.</param>
    /// <exception cref="StartupException">The data folder, the database or the key cannot be used.</exception>
    public static async Task<Modules> OpenAsync(ServerSettings settings, TimeProvider clock, CancellationToken cancel, int? iterations = null)
    {
        DataFolder.Prepare(settings.DataFolder);
        try
        {
            return await OpenDatabaseAsync(settings, clock, iterations, cancel);
        }
        catch (Exception e) when (Explain(e, settings) is { } text)
        {
            throw new StartupException(text, e);
        }
    }

    /// <summary>Records and conversations of the same database by another clock: for what the demo tells of weeks that have passed. Disposing it leaves the rest as it is.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Modules> ByClockAsync(ServerSettings settings, TimeProvider clock, CancellationToken cancel)
    {
        var records = await RecordsModule.OpenAsync(Database, Keyring, new RecordsOptions { Minors = settings.Minors, Room = settings.Room }, clock, cancel);
        return new Modules(Database, Keyring, clock, People, records, new FileRules(settings.MaxMessageFileBytes, settings.DataFolder), isGuest: true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Records.DisposeAsync();
        if (_isGuest)
        {
            return;
        }

        People.Dispose();
        Keyring.Dispose();
        await Database.DisposeAsync();
    }

    private static async Task<Modules> OpenDatabaseAsync(ServerSettings settings, TimeProvider clock, int? iterations, CancellationToken cancel)
    {
        var (people, records) = (new PeopleOptions(), new RecordsOptions { Minors = settings.Minors, Room = settings.Room });
        if (iterations is { } fewer)
        {
            (people, records) = (people with { PasswordIterations = fewer }, records with { PasscodeIterations = fewer });
        }

        var database = settings.Database is { } connection ? Database.OpenPostgreSql(connection) : OpenSqlite(settings.SqlitePath);
        Keyring? keyring = null;
        PeopleModule? known = null;
        RecordsModule? opened = null;
        try
        {
            keyring = await Installation.OpenAsync(database, settings.KeyPath, clock, cancel, typeof(PeopleModule).Assembly, RecordsModule.Schema, typeof(StoryShelf).Assembly, typeof(Modules).Assembly);
            known = new PeopleModule(database, keyring, clock, people with { LooksAfter = (patient, person, stop) => LooksAfterAsync(opened!, patient, person, stop) });
            records = records with
            {
                KnownAs = async (reference, stop) => (await known.Accounts.FindByReferenceAsync(reference, stop))?.RecipientReferences ?? [],
                IsDependent = async (person, stop) => await known.Accounts.IsDependentAsync(person, stop),
            };
            opened = await RecordsModule.OpenAsync(database, keyring, records, clock, cancel);
            return new Modules(database, keyring, clock, known, opened, new FileRules(settings.MaxMessageFileBytes, settings.DataFolder));
        }
        catch
        {
            known?.Dispose();
            keyring?.Dispose();
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Of a record that is damaged nobody can tell who looks after it: nobody does.</summary>
    private static async Task<bool> LooksAfterAsync(RecordsModule records, PatientId patient, Person person, CancellationToken cancel)
    {
        try
        {
            return await records.Guardians.OpenAsync(patient, new Actor(person.Id, person.Reference, person.DisplayName, person.RecipientReferences), cancel) is not null;
        }
        catch (RecordUnreadableException)
        {
            return false;
        }
    }

    private static Database OpenSqlite(string path)
    {
        DataFolder.PrepareDatabase(path);
        return Database.OpenSqlite(path);
    }

    /// <summary>The sentence for the operator, or null when the error is a bug.</summary>
    private static string? Explain(Exception error, ServerSettings settings) => error switch
    {
        StorageException { Failure: StorageFailure.Unavailable } => settings.Database is null
            ? $"the database `{settings.SqlitePath}` cannot be opened: look whether it is readable and not locked by another program"
            : "the database cannot be reached: look whether PostgreSQL runs and `--database` names it",
        StorageException { Failure: StorageFailure.Broken } when settings.Database is null =>
            $"`{settings.SqlitePath}` is no database or is damaged: restore it from a backup, or name another folder with `--data`",
        StorageException or KeyFileException or FormatException => error.Message,
        SealBrokenException => "the key does not open this database: use the key file it was made with",
        _ => null,
    };
}
