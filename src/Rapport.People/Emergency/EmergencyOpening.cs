using Rapport.Data;

namespace Rapport.People;

/// <summary>Somebody's emergency door was opened, or somebody was about to.</summary>
public sealed record EmergencyOpening
{
    /// <summary>Characters that a reason, a question or a remark may have.</summary>
    public const int MaxText = 500;

    /// <summary>Names it: the local id of the consent that stands for it in the record.</summary>
    public required LocalId Id { get; init; }

    /// <summary>Whose record.</summary>
    public required PatientId Patient { get; init; }

    /// <summary>Who opened it.</summary>
    public required PersonId OpenedBy { get; init; }

    /// <summary>Their name as it was then.</summary>
    public required string OpenedByName { get; init; }

    /// <summary>Where they worked then.</summary>
    public required IReadOnlyList<OrganisationId> Organisations { get; init; }

    /// <summary>Why, in their words.</summary>
    public required string Reason { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the patient wants to know of it; null when they asked nothing.</summary>
    public string? Question { get; init; }

    /// <summary>When they asked.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>The name of who asked for the patient; null where the patient asked.</summary>
    public string? AskedBy { get; init; }

    /// <summary>What was found of it when an organisation looked at it, the first first.</summary>
    public IReadOnlyList<EmergencyReview> Reviews { get; init; } = [];

    /// <summary>What an organisation found; null until it looked.</summary>
    public EmergencyReview? ReviewBy(OrganisationId organisation) => Reviews.FirstOrDefault(review => review.Organisation == organisation);
}

/// <summary>What came of looking at an opening.</summary>
public enum EmergencyVerdict
{
    /// <summary>It was an emergency, and the door was opened for it.</summary>
    Justified,

    /// <summary>It was meant well, but there was another way.</summary>
    NotNeeded,

    /// <summary>There was no reason for it.</summary>
    Misuse,
}

/// <summary>What an organisation found when it looked at an opening.</summary>
/// <param name="Organisation">Which.</param>
/// <param name="Verdict">What it found.</param>
/// <param name="Remark">What it says to the patient; null for nothing.</param>
/// <param name="By">Who looked at it, by name.</param>
/// <param name="At">When.</param>
public sealed record EmergencyReview(OrganisationId Organisation, EmergencyVerdict Verdict, string? Remark, string By, DateTimeOffset At);
