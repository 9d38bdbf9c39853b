using System.Reflection;
using System.Security.Cryptography;
using Rapport.Data;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>Settings of the records.</summary>
public sealed record RecordsOptions
{
    /// <summary>Bytes that compartments may take in memory.</summary>
    public long CacheBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>How often passcodes of links are hashed (PBKDF2-HMAC-SHA512).</summary>
    public int PasscodeIterations { get; init; } = UsualPasscodeIterations;

    /// <summary>What holds for children and whoever acts for them as a parent. The same on all nodes of an installation.</summary>
    public Consent.MinorPolicy Minors { get; init; } = Consent.MinorPolicy.Usual;

    /// <summary>How much a record may hold. The same on all nodes of an installation.</summary>
    public RecordRoom Room { get; init; } = RecordRoom.Usual;

    /// <summary>
    /// All references by which a person is known now (where they work, their teams and roles, themself), by one of them; none for who is nobody any more. Asked of who passed something on: they give as much as they see at that
    /// moment. Without it, who passed something on is known as themself alone.
    /// </summary>
    public Func<string, CancellationToken, ValueTask<IReadOnlyList<string>>> KnownAs { get; init; } = OnlyThemselves;

    /// <summary>
    /// Whether the person whose record it is has never been in, so that somebody else looks after it: asked at each such look and change, never from memory. Without it nobody looks after anybody.
    /// </summary>
    public Func<PersonId, CancellationToken, ValueTask<bool>> IsDependent { get; init; } = Nobody;

    internal static ValueTask<bool> Nobody(PersonId person, CancellationToken cancel) => ValueTask.FromResult(false);

    internal static ValueTask<IReadOnlyList<string>> OnlyThemselves(string reference, CancellationToken cancel) => ValueTask.FromResult<IReadOnlyList<string>>([reference]);

    internal const int UsualPasscodeIterations = 210_000;
}

/// <summary>The records of one installation: where the server begins. Dispose it to finish what is being written.</summary>
public sealed class RecordsModule : IAsyncDisposable
{
    private readonly LedgerWriter _writer;
    private readonly ECDsa _signingKey;

    private RecordsModule(RecordServices services, LedgerWriter writer, ECDsa signingKey)
    {
        (_writer, _signingKey, Cache) = (writer, signingKey, services.Cache);
        Compartments = new Compartments(services);
        Gate = new DisclosureGate(services, writer);
        Links = new GivenLinks(services, Gate);
        Looks = new Looks(services);
        CardKeys = new CardKeys(services.Database, services.Keyring, services.Clock);
        Cards = new CardIssuing(Gate, CardKeys);
        Opinions = new OpinionDoor(services);
        EmergencyDoor = new EmergencyDoor(services);
        Acting = new ActingDoor(services);
        Guardians = new GuardianDoor(services);
        PassingOn = new PassingOnDoor(services);
        Succession = new SuccessionDoor(services);
        Contributing = new ContributingDoor(services);
        Commenting = new CommentingDoor(services);
        Consultations = new Consultations(services);
        Attachments = new Attachments(services);
        Keys = new RecordKeys(services);
        LedgerKey = services.Signer.PublicKey;
    }

    /// <summary>The records in memory.</summary>
    internal CompartmentCache Cache { get; }

    /// <summary>Where this module's migrations are.</summary>
    public static Assembly Schema => typeof(RecordsModule).Assembly;

    /// <summary>Makes records and opens them to whom they belong.</summary>
    public Compartments Compartments { get; }

    /// <summary>The door for everybody else.</summary>
    public DisclosureGate Gate { get; }

    /// <summary>Where whoever has a link reaches what it gives.</summary>
    public GivenLinks Links { get; }

    /// <summary>Where whoever looked says what came of it.</summary>
    public Looks Looks { get; }

    /// <summary>The keys that cards are signed with.</summary>
    public CardKeys CardKeys { get; }

    /// <summary>Makes signed SMART Health Cards.</summary>
    public CardIssuing Cards { get; }

    /// <summary>Where whoever was invited to give an opinion gives it.</summary>
    public OpinionDoor Opinions { get; }

    /// <summary>What opens a record to a professional in an emergency.</summary>
    public EmergencyDoor EmergencyDoor { get; }

    /// <summary>What opens a record to whoever acts for its patient.</summary>
    public ActingDoor Acting { get; }

    /// <summary>What opens the record of a small child to whoever looks after it.</summary>
    public GuardianDoor Guardians { get; }

    /// <summary>Where whoever may add to a record does so.</summary>
    public ContributingDoor Contributing { get; }

    /// <summary>Where whoever may comment on entries does so.</summary>
    public CommentingDoor Commenting { get; }

    /// <summary>Where whoever may pass on what they see does so.</summary>
    public PassingOnDoor PassingOn { get; }

    /// <summary>Where somebody whom a patient named beforehand asks for access.</summary>
    public SuccessionDoor Succession { get; }

    /// <summary>What consents say of data that other systems hold.</summary>
    public Consultations Consultations { get; }

    /// <summary>What patients attach to what they say in conversations.</summary>
    public Attachments Attachments { get; }

    /// <summary>Keys for what other modules keep about a patient.</summary>
    public RecordKeys Keys { get; }

    /// <summary>The key by which this server's checkpoints are checked.</summary>
    public LedgerKey LedgerKey { get; }

    /// <summary>How many compartments are in memory, and the bytes they take.</summary>
    public (int Compartments, long Bytes) Memory => (Cache.Count, Cache.Bytes);

    /// <summary>Bytes of index, without bodies, of the records in memory, and their entries: for measuring.</summary>
    internal (int Compartments, long IndexBytes, long Entries) MeasureIndexes() => Cache.MeasureIndexes();

    /// <summary>Opens the records of a migrated database.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="SealBrokenException">The installation's signing key does not open under this master key.</exception>
    public static Task<RecordsModule> OpenAsync(Database database, Keyring keyring, RecordsOptions options, TimeProvider clock, CancellationToken cancel) =>
        OpenAsync(database, keyring, options, LabelRules.OfProgram, clock, cancel);

    /// <inheritdoc cref="OpenAsync(Database, Keyring, RecordsOptions, TimeProvider, CancellationToken)"/>
    internal static async Task<RecordsModule> OpenAsync(Database database, Keyring keyring, RecordsOptions options, LabelRules rules, TimeProvider clock, CancellationToken cancel)
    {
        var pkcs8 = await Installation.SecretAsync(database, keyring, "ledger-signing-key", NewSigningKey, cancel);
        var signingKey = ECDsa.Create();
        signingKey.ImportPkcs8PrivateKey(pkcs8, out _);
        CryptographicOperations.ZeroMemory(pkcs8);
        var ledger = new LedgerTable(database.Dialect);
        var store = new RecordStore(database, ledger, options.Room);
        var services = new RecordServices(
            store, ledger, database, keyring, new CompartmentCache(store, keyring, options.CacheBytes, options.Minors), new CheckpointSigner(signingKey), rules, clock)
        {
            PasscodeIterations = options.PasscodeIterations,
            KnownAs = options.KnownAs,
            IsDependent = options.IsDependent,
        };
        ILedgerBatch batch = database.Dialect == Dialect.Sqlite ? new SqliteLedgerBatch(database) : new PostgresLedgerBatch(database);
        return new RecordsModule(services, new LedgerWriter(batch), signingKey);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        Links.Dispose();
        _signingKey.Dispose();
        return ValueTask.CompletedTask;
    }

    private static byte[] NewSigningKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }
}
