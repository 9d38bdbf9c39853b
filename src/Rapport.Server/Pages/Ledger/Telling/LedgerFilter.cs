using System.Text;
using Rapport.Ledger;
using Rapport.Records;

namespace Rapport.Server.Pages.Ledger;

/// <summary>What of a ledger is told, as it stands in the address.</summary>
/// <param name="Who">Only what this person did, by their reference; null for everybody.</param>
/// <param name="What">Only this; null for everything.</param>
/// <param name="Period">Only the last so many days; null for all the time.</param>
internal sealed record LedgerFilter(string? Who, LedgerPart? What, LedgerPeriod? Period)
{
    private const int MostLetters = 200;
    private const string Forgotten = "forgotten";

    /// <summary>Nothing left out.</summary>
    public static LedgerFilter Everything { get; } = new(null, null, null);

    /// <summary>Only the deeds of one tale; null for all.</summary>
    public TaleKey? Tale { get; init; }

    /// <summary>The filter of an address; null when it is none. An empty field of the form is one that chooses nothing.</summary>
    public static LedgerFilter? TryRead(IQueryCollection query)
    {
        string? Field(string name) => query[name].ToString() is { Length: > 0 } value ? value : null;

        var (who, kind, purpose, other) = (Field("who"), Field("kind"), Field("purpose"), Field("for"));
        var (what, period) = (LedgerPart.Find(Field("what")), LedgerPeriod.Find(Field("period")));
        if (new[] { who, purpose, other }.Any(text => text?.Length > MostLetters) || (what is null && Field("what") is not null) || (period is null && Field("period") is not null))
        {
            return null;
        }

        if (kind is null)
        {
            return new LedgerFilter(who, what, period);
        }

        return kind == Forgotten ? new LedgerFilter(null, what, period) { Tale = new TaleKey("", null, null, null) }
            : LedgerKinds.TryParse(kind, out var done) ? new LedgerFilter(null, what, period) { Tale = new TaleKey(who ?? "", other, done, purpose) }
            : null;
    }

    /// <summary>Whether a deed is told.</summary>
    /// <param name="deed">The deed.</param>
    /// <param name="own">The patient's reference.</param>
    /// <param name="now">When it is told.</param>
    public bool Holds(LedgerDeed deed, string own, DateTimeOffset now) =>
        (Who is null || deed.Actor == Who) && (What is null || What.Holds(deed, own)) && (Period is null || deed.At > now.AddDays(-Period.Days))
        && (Tale is null || TaleKey.Of(deed) == Tale);

    /// <summary>The address of a page with this filter.</summary>
    /// <param name="path">Of the page.</param>
    /// <param name="more">What else stands in it.</param>
    public string Address(string path, params IEnumerable<(string Name, string? Value)> more)
    {
        (string, string?)[] fields =
        [
            ("who", Tale is { } tale ? tale.Actor : Who), ("for", Tale?.OnBehalfOf), ("kind", Tale is null ? null : Tale.Value.Kind?.Code() ?? Forgotten), ("purpose", Tale?.Purpose),
            ("what", What?.Name), ("period", Period?.Name),
        ];
        var query = new StringBuilder();
        foreach (var (name, value) in fields.Concat(more))
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return path + query;
    }
}

/// <summary>A part of what a ledger tells.</summary>
/// <param name="Name">In addresses.</param>
/// <param name="Holds">Whether a deed is of it, given the patient's reference.</param>
internal sealed record LedgerPart(string Name, Func<LedgerDeed, string, bool> Holds)
{
    /// <summary>What others saw.</summary>
    public static LedgerPart Looks { get; } = new("looks", static (deed, _) => deed.IsLook || deed.IsEmergency || deed.Note == CardNote.Issued);

    /// <summary>What came into the record or was changed in it.</summary>
    public static LedgerPart Additions { get; } = new(
        "additions", static (deed, _) => deed.Kind is LedgerKind.Created or LedgerKind.Gathered or LedgerKind.Corrected or LedgerKind.Erased);

    /// <summary>What was agreed to and ended.</summary>
    public static LedgerPart Agreements { get; } = new("agreements", static (deed, _) => deed.Kind is LedgerKind.Consented or LedgerKind.Revoked or LedgerKind.Delegated);

    /// <summary>What the patient did.</summary>
    public static LedgerPart Own { get; } = new("own", Storyteller.IsOwn);

    /// <summary>In the order in which they are offered.</summary>
    public static IReadOnlyList<LedgerPart> All { get; } = [Looks, Additions, Agreements, Own];

    /// <summary>The part of this name, or null.</summary>
    public static LedgerPart? Find(string? name) => All.FirstOrDefault(part => part.Name == name);
}

/// <summary>The last so many days.</summary>
/// <param name="Name">In addresses.</param>
/// <param name="Days">How many.</param>
internal sealed record LedgerPeriod(string Name, int Days)
{
    /// <summary>In the order in which they are offered.</summary>
    public static IReadOnlyList<LedgerPeriod> All { get; } = [new("week", 7), new("month", 30), new("year", 365)];

    /// <summary>The period of this name, or null.</summary>
    public static LedgerPeriod? Find(string? name) => All.FirstOrDefault(period => period.Name == name);
}
