using System.Net;
using Rapport.Consent;
using Rapport.Server.Notices.Mail;
using Rapport.Server.Outbound;

namespace Rapport.Server.Hosting;

/// <summary>Who may make an account on a server.</summary>
internal enum SignUpRule
{
    /// <summary>Anybody who reaches it.</summary>
    Open,

    /// <summary>Whom a patient invited into their circle: one account for each invitation.</summary>
    Invited,

    /// <summary>Nobody: the operator adds people.</summary>
    Closed,
}

/// <summary>What an operator decides about one server. Everything else follows from it.</summary>
internal sealed record ServerSettings
{
    /// <summary>Where it listens when nobody says.</summary>
    public const int DefaultPort = 5080;

    /// <summary>The folder that holds the database and the key unless they are elsewhere.</summary>
    public required string DataFolder { get; init; }

    /// <summary>A PostgreSQL connection; null for the SQLite file in <see cref="DataFolder"/>.</summary>
    public string? Database { get; init; }

    /// <summary>The key file; null for the one in <see cref="DataFolder"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The TCP port; 0 takes any free one.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The address to listen on; null for this machine only, on IPv4 and IPv6.</summary>
    public IPAddress? Listen { get; init; }

    /// <summary>Whether a proxy on this machine stands in front and tells the visitor's address and scheme in <c>X-Forwarded-…</c> headers.</summary>
    public bool BehindProxy { get; init; }

    /// <summary>
    /// The names by which requests may call the server, beside those of the machine itself; <c>*</c> is any. Null for none when only this machine reaches it,
    /// else for any.
    /// </summary>
    public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>Whether the demo people are added.</summary>
    public bool Demo { get; init; }

    /// <summary>The least severe that is logged. At debug level every request has a line.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>The largest bundle taken in, in bytes.</summary>
    public long MaxImportBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The largest file taken in on the page, in bytes: formats that are read as they come may be larger than what is held in memory.</summary>
    public long MaxUploadBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>The most that one person's files may have together while they wait to be read or answered, in bytes.</summary>
    public long MaxSpoolBytes { get; init; } = 8L * 1024 * 1024 * 1024;

    /// <summary>How often one address may try to sign in at once; half as many more each 30 seconds.</summary>
    public int SignInsAtOnce { get; init; } = 30;

    /// <summary>Who may make an account.</summary>
    public SignUpRule SignUp { get; init; } = SignUpRule.Open;

    /// <summary>How open pages are kept up to date.</summary>
    public LiveSettings Live { get; init; } = new();

    /// <summary>What may be asked of others beside https at public addresses; nothing unless the operator says so.</summary>
    public IReadOnlyList<OutboundOpening> Outbound { get; init; } = [];

    /// <summary>What holds for children and whoever acts for them as a parent.</summary>
    public MinorPolicy Minors { get; init; } = MinorPolicy.Usual;

    /// <summary>Where people turn in an emergency.</summary>
    public UrgentHelp Help { get; init; } = UrgentHelp.Usual;

    /// <summary>The largest file of a message, in bytes.</summary>
    public long MaxMessageFileBytes { get; init; } = Conversations.FileRules.UsualBytes;

    /// <summary>How long conversations are kept in which nothing happens any more; null for as long as there is the record.</summary>
    public Conversations.KeepingRule? KeepConversations { get; init; }

    /// <summary>How mail is sent; not at all unless the operator says so.</summary>
    public MailSettings Mail { get; init; } = MailSettings.None;

    /// <summary>How much a record may hold.</summary>
    public Records.RecordRoom Room { get; init; } = Records.RecordRoom.Usual;

    /// <summary>The folder where the operator keeps the keys of the issuers of health cards.</summary>
    public string CardIssuersPath => Path.Combine(DataFolder, "card-issuers");

    /// <summary>The path of the SQLite file.</summary>
    public string SqlitePath => Path.Combine(DataFolder, "rapport.db");

    /// <summary>The path of the key file.</summary>
    public string KeyPath => KeyFile ?? Path.Combine(DataFolder, "master.key");
}
