using System.Text.Json.Serialization;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>Why somebody reports.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReportReason>))]
public enum ReportReason
{
    /// <summary>It insults or degrades.</summary>
    Insult,

    /// <summary>It threatens or presses.</summary>
    Threat,

    /// <summary>It does not stop.</summary>
    Pestering,

    /// <summary>It may harm somebody's health.</summary>
    Harm,

    /// <summary>Somebody passes for who they are not.</summary>
    Pretence,

    /// <summary>Something else.</summary>
    Other,
}

/// <summary>What was done.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReportOutcome>))]
public enum ReportOutcome
{
    /// <summary>Who wrote it was told.</summary>
    ToldOff,

    /// <summary>Their account, or that they write for the organisation, was stopped.</summary>
    Stopped,

    /// <summary>There was nothing wrong.</summary>
    NothingFound,
}

/// <summary>A message in a report, as the one who reports saw it.</summary>
/// <param name="Seq">Its line.</param>
/// <param name="At">When it was said.</param>
/// <param name="Name">Who said it.</param>
/// <param name="About">What they are there.</param>
/// <param name="Text">What it says.</param>
public sealed record ReportedMessage(long Seq, DateTimeOffset At, string Name, string About, string Text);

/// <summary>What somebody reported. Immutable.</summary>
public sealed record Report
{
    /// <summary>The most letters of own words.</summary>
    public const int MostWords = 1000;

    /// <summary>The messages before the one that is reported, and after it, that go along.</summary>
    public const int Around = 2;

    /// <summary>Names it.</summary>
    public required string Id { get; init; }

    /// <summary>Who reports.</summary>
    public required PersonId By { get; init; }

    /// <summary>Their name.</summary>
    public required string ByName { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who wrote the message.</summary>
    public required PersonId About { get; init; }

    /// <summary>Their name.</summary>
    public required string AboutName { get; init; }

    /// <summary>The organisation whose privacy officer looks at it; null for whoever runs the server.</summary>
    public string? Organisation { get; init; }

    /// <summary>Why.</summary>
    public required ReportReason Reason { get; init; }

    /// <summary>Whether it is about how somebody behaves, and the message an example.</summary>
    public bool IsOfPerson { get; init; }

    /// <summary>In their own words; empty for none.</summary>
    public string Words { get; init; } = "";

    /// <summary>The message that is reported.</summary>
    public required long Line { get; init; }

    /// <summary>It, with those around it.</summary>
    public required IReadOnlyList<ReportedMessage> Messages { get; init; }

    /// <summary>What was done; null while nobody answered.</summary>
    public ReportOutcome? Outcome { get; init; }

    /// <summary>What whoever looked at it says to the one who reported.</summary>
    public string? Answer { get; init; }

    /// <summary>When it was answered.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }
}
