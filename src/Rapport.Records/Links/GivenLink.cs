using Rapport.Data;

namespace Rapport.Records;

/// <summary>A SMART Health Link that a patient gave: whoever has it may see what its agreement permits, as long as it is not over. Immutable, thread safe.</summary>
public sealed record GivenLink
{
    /// <summary>Wrong passcodes that a link bears in all its life.</summary>
    public const int MostWrongPasscodes = 10;

    /// <summary>Openings that a link bears in an hour.</summary>
    public const int MostOpeningsAnHour = 64;

    /// <summary>How often something may be sent back by a link in all its life, and by one opening of it.</summary>
    public const int MostReplies = 20, MostRepliesOfOpening = 3;

    /// <summary>Whose.</summary>
    public required PatientId Patient { get; init; }

    /// <summary>Its id within the record, which is its agreement's too.</summary>
    public required LocalId Id { get; init; }

    /// <summary>What it is called.</summary>
    public required string Label { get; init; }

    /// <summary>The name of whoever has it, in agreements and in the ledger.</summary>
    public required string HolderName { get; init; }

    /// <summary>HL7 purpose of use.</summary>
    public required string Purpose { get; init; }

    /// <summary>The language of its patient, which is spoken where what it gives has words of its own: a code such as <c>es</c>.</summary>
    public required string Language { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>From when on it opens nothing; null for no end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether a passcode is needed (flag <c>P</c>).</summary>
    public bool NeedsPasscode { get; init; }

    /// <summary>Whether what is behind it may be asked for again and again (flag <c>L</c>).</summary>
    public bool IsLongTerm { get; init; }

    /// <summary>Whether it leads to its one file without a manifest (flag <c>U</c>).</summary>
    public bool IsDirect { get; init; }

    /// <summary>Whether it gives a summary, and not all that its agreement permits.</summary>
    public bool IsSummary { get; init; }

    /// <summary>How often it may be opened; null for as often as one likes.</summary>
    public int? MostOpenings { get; init; }

    /// <summary>How often it was opened.</summary>
    public int Openings { get; init; }

    /// <summary>How often a wrong passcode was given.</summary>
    public int WrongPasscodes { get; init; }

    /// <summary>What opens it; null once its agreement was ended.</summary>
    public LinkSecret? Secret { get; init; }

    /// <summary>The emergency card that it is printed on; null for none.</summary>
    public EmergencyCard? Card { get; init; }

    /// <summary>The id that it has everywhere, and its agreement within the type <c>Consent</c>.</summary>
    public string FullId => $"{Patient}.{Id}";

    /// <summary>How agreements and ledger name whoever has it.</summary>
    public string Holder => HolderOf(Patient, Id);

    /// <summary>Whether it was opened as often as it may be.</summary>
    public bool IsUsedUp => Openings >= MostOpenings;

    /// <summary>Whether so many wrong passcodes were given that it opens nothing any more.</summary>
    public bool IsLocked => WrongPasscodes >= MostWrongPasscodes;

    /// <summary>Whether it still opens something at a moment, as far as it depends on the link itself.</summary>
    public bool IsOpen(DateTimeOffset at) => Secret is not null && !IsUsedUp && !IsLocked && !(ExpiresAt <= at);

    /// <inheritdoc cref="Holder"/>
    public static string HolderOf(PatientId patient, LocalId link) => $"Device/{patient}.{link}";

    internal static GivenLink Of(PatientId patient, LocalId id, LinkState state) => new()
    {
        Patient = patient,
        Id = id,
        Label = state.Label,
        HolderName = state.HolderName,
        Purpose = state.Purpose,
        Language = state.Language,
        MadeAt = state.MadeAt,
        ExpiresAt = state.ExpiresAt,
        NeedsPasscode = state.Passcode is not null,
        IsLongTerm = state.IsLongTerm,
        IsDirect = state.IsDirect,
        IsSummary = state.IsSummary,
        MostOpenings = state.MostOpenings,
        Openings = state.Openings,
        WrongPasscodes = state.WrongPasscodes,
        Secret = state.Secret,
        Card = state.Card,
    };
}

/// <summary>What opens a link. Says nothing of itself.</summary>
/// <param name="Url">Its address.</param>
/// <param name="Key">The 32 bytes that its files are encrypted with.</param>
public sealed record LinkSecret(string Url, byte[] Key)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(LinkSecret);
}

/// <summary>A link that a patient wants to give.</summary>
public sealed record LinkWish
{
    /// <summary>What it is called, for its holders too.</summary>
    public required string Label { get; init; }

    /// <summary>The name of whoever has it, in agreements and in the ledger.</summary>
    public required string HolderName { get; init; }

    /// <summary>HL7 purpose of use.</summary>
    public required string Purpose { get; init; }

    /// <inheritdoc cref="GivenLink.Language"/>
    public required string Language { get; init; }

    /// <summary>From when on it opens nothing; null for no end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What its holders are told by another way; null for none.</summary>
    public string? Passcode { get; init; }

    /// <summary>How often it may be opened; null for as often as one likes.</summary>
    public int? MostOpenings { get; init; }

    /// <inheritdoc cref="GivenLink.IsLongTerm"/>
    public bool IsLongTerm { get; init; }

    /// <inheritdoc cref="GivenLink.IsDirect"/>
    public bool IsDirect { get; init; }

    /// <inheritdoc cref="GivenLink.IsSummary"/>
    public bool IsSummary { get; init; }

    /// <inheritdoc cref="GivenLink.Card"/>
    public EmergencyCard? Card { get; init; }

    /// <summary>Nothing: it holds a secret.</summary>
    public override string ToString() => nameof(LinkWish);
}
