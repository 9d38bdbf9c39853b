using System.Text.Json;
using System.Text.Json.Serialization;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>What is kept sealed of a SMART Health Link that a patient gave. Each change of it is a new version.</summary>
internal sealed record LinkState
{
    /// <summary>What it is called, for its holders too.</summary>
    public required string Label { get; init; }

    /// <summary>The name of its holders in agreements and ledger.</summary>
    public required string HolderName { get; init; }

    /// <summary>HL7 purpose of use.</summary>
    public required string Purpose { get; init; }

    /// <summary>The language that it speaks where it has words of its own.</summary>
    public required string Language { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>From when on it opens nothing; null for no end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether what is behind it may be asked for again and again.</summary>
    public bool IsLongTerm { get; init; }

    /// <summary>Whether it leads to its one file without a manifest.</summary>
    public bool IsDirect { get; init; }

    /// <summary>Whether it gives a summary, and not all that its agreement permits.</summary>
    public bool IsSummary { get; init; }

    /// <summary>How often it may be opened; null for as often as one likes.</summary>
    public int? MostOpenings { get; init; }

    /// <summary>How often it was opened.</summary>
    public int Openings { get; init; }

    /// <summary>How often a wrong passcode was given, in all its life.</summary>
    public int WrongPasscodes { get; init; }

    /// <summary>How often something was sent back by it.</summary>
    public int Replies { get; init; }

    /// <summary>The emergency card that it is printed on; null for none.</summary>
    public EmergencyCard? Card { get; init; }

    /// <summary>Its passcode, hashed; null when it has none.</summary>
    public HashedPasscode? Passcode { get; init; }

    /// <summary>What opens it; null once it is over.</summary>
    public LinkSecret? Secret { get; init; }

    /// <summary>Openings of the last hour, whose files may still be fetched.</summary>
    public IReadOnlyList<LinkTicket> Tickets { get; init; } = [];

    /// <summary>What is kept of a link that is over: nothing that opens anything.</summary>
    internal LinkState Closed() =>
        this with { Secret = null, Passcode = Passcode is null ? null : HashedPasscode.Forgotten, Tickets = [], Card = Card is null ? null : new EmergencyCard { MadeAt = Card.MadeAt, Lines = [], Offered = [] } };

    internal byte[] Seal(PatientId patient, Sealer sealer, LocalId link, long version) =>
        sealer.Seal(Places.Link(patient, link, version), JsonSerializer.SerializeToUtf8Bytes(this, LinkJson.Default.LinkState));

    /// <exception cref="SealBrokenException">What is stored was changed or moved.</exception>
    internal static LinkState Open(PatientId patient, Sealer sealer, LinkRow row) =>
        JsonSerializer.Deserialize(sealer.Open(Places.Link(patient, LocalId.Parse(row.LinkId), row.Version), row.Body), LinkJson.Default.LinkState)!;
}

/// <summary>One opening, as long as its files may be fetched.</summary>
/// <param name="Id">Names it.</param>
/// <param name="At">When.</param>
/// <param name="Said">What the holder said of themselves.</param>
/// <param name="Fetched">The files that were fetched: each only once.</param>
/// <param name="Replies">How often something was sent back.</param>
internal sealed record LinkTicket(string Id, DateTimeOffset At, string Said, IReadOnlyList<string> Fetched, int Replies = 0);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(LinkState))]
internal sealed partial class LinkJson : JsonSerializerContext;
