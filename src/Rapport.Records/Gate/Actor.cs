using Rapport.Data;

namespace Rapport.Records;

/// <summary>Who does something: as the ledger will name them, and as consents may name them.</summary>
/// <param name="Person">The account.</param>
/// <param name="Reference">The whole reference the ledger records, such as <c>Practitioner/…</c>.</param>
/// <param name="Name">The name people know them by; kept sealed.</param>
/// <param name="RecipientReferences">
/// Every reference by which a consent may name this recipient: the person, the organisations they work for, their care teams.
/// The same list object should be passed for the same person: decisions are remembered by it.
/// </param>
public sealed record Actor(PersonId Person, string Reference, string Name, IReadOnlyList<string> RecipientReferences)
{
    /// <summary>For whom it is done, when not in their own name: the ledger names both.</summary>
    internal ActedFor? For { get; init; }
}

/// <summary>A patient for whom somebody acts.</summary>
/// <param name="Reference">The whole reference.</param>
/// <param name="Name">The name they are known by; null when it is not known.</param>
internal sealed record ActedFor(string Reference, string? Name);

/// <summary>A request to see something of someone else's record.</summary>
/// <param name="Recipient">Who will see it.</param>
/// <param name="Patient">Whose record.</param>
/// <param name="Purpose">HL7 purpose of use, such as <c>TREAT</c>; recorded.</param>
/// <param name="Query">What is asked for.</param>
public sealed record DisclosureAsk(Actor Recipient, PatientId Patient, string Purpose, RecordQuery Query);
