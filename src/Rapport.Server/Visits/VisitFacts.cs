using Rapport.Fhir;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Visits;

/// <summary>An entry that questions can come from.</summary>
/// <param name="Resource">What it says.</param>
/// <param name="Line">The same in a line.</param>
/// <param name="Reference">Its FHIR reference.</param>
/// <param name="IsPrivate">Whether it, or what is shown as one with it, is marked as sensitive.</param>
internal sealed record VisitEntry(Resource Resource, EntryLine Line, string Reference, bool IsPrivate)
{
    /// <summary>When it happened, by the clock of who wrote it; null when it does not say.</summary>
    public DateTime? At { get; } = Line.DateText is { } text ? FhirDate.At(text) : null;

    /// <summary>Its FHIR status.</summary>
    public string? Status => Resource.Root.Text("status");

    /// <summary>Whether it says what it is: a list may know no more than its kind.</summary>
    public bool IsNamed => Line.Title != Line.TypeName;
}

/// <summary>A question of the patient's in a conversation that nobody answered.</summary>
/// <param name="Message">The conversation and the line, with a slash between.</param>
/// <param name="Words">The question, in their words.</param>
/// <param name="At">When they asked.</param>
/// <param name="Subject">What the conversation is about.</param>
/// <param name="IsPrivate">Whether they hold it in private, or it speaks of what is often private.</param>
internal sealed record AskedBefore(string Message, string Words, DateTimeOffset At, string Subject, bool IsPrivate);

/// <summary>An agreement that ends soon.</summary>
/// <param name="Entry">The FHIR reference of the consent.</param>
/// <param name="Who">Whom it is with, inside a sentence.</param>
/// <param name="Ends">When it ends.</param>
/// <param name="IsWithThem">Whether it is with who is visited: whom else the patient shares with is nobody's business there.</param>
internal sealed record EndingAgreement(string Entry, string Who, DateTimeOffset Ends, bool IsWithThem);

/// <summary>What the rules go by: read once, and no more of a record than the newest of each kind. Immutable.</summary>
internal sealed record VisitFacts
{
    /// <summary>When it is asked.</summary>
    public required DateTime Now { get; init; }

    /// <summary>The day of the last visit that the record has: what is of that day or later is new. Where it has none a year ago, and never more than two.</summary>
    public required DateTime Since { get; init; }

    /// <summary>Whether the patient is under 18 by the record.</summary>
    public bool IsChild { get; init; }

    /// <summary>Medicines of all statuses, newest first.</summary>
    public IReadOnlyList<VisitEntry> Medicines { get; init; } = [];

    /// <summary>Results, newest first.</summary>
    public IReadOnlyList<VisitEntry> Results { get; init; } = [];

    /// <summary>Problems that are not over, newest first.</summary>
    public IReadOnlyList<VisitEntry> Problems { get; init; } = [];

    /// <summary>What tells that something was done about a problem: visits, procedures, plans.</summary>
    public IReadOnlyList<VisitEntry> Doings { get; init; } = [];

    /// <summary>Recommended vaccines and appointments to come.</summary>
    public IReadOnlyList<VisitEntry> Due { get; init; } = [];

    /// <summary>What was asked and not answered, newest first.</summary>
    public IReadOnlyList<AskedBefore> Asked { get; init; } = [];

    /// <summary>Agreements that end soon, the first to end first.</summary>
    public IReadOnlyList<EndingAgreement> Agreements { get; init; } = [];

    /// <summary>The end of today: what is dated later is planned, or a slip of somebody's pen.</summary>
    public DateTime Tomorrow => Now.Date.AddDays(1);

    /// <summary>A year before now: what is older is called old.</summary>
    public DateTime YearAgo => Now.AddYears(-1);
}
