namespace Rapport.Records;

/// <summary>An emergency card that a patient printed with a link: what stands on it, so that it can be told when the record says something else. Immutable.</summary>
public sealed record EmergencyCard
{
    /// <summary>Entries on one card, and entries that were offered for it.</summary>
    public const int MostLines = 60, MostOffered = 1000;

    /// <summary>When it was made, or made anew.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Whom to call, in the patient's words.</summary>
    public string Contacts { get; init; } = "";

    /// <summary>The languages they speak, in their words.</summary>
    public string Languages { get; init; } = "";

    /// <summary>What else whoever helps should know, in their words.</summary>
    public string Note { get; init; } = "";

    /// <summary>The entries that stand on it.</summary>
    public required IReadOnlyList<EmergencyCardLine> Lines { get; init; }

    /// <summary>The references of all that was offered, taken or not: what is not among them came later.</summary>
    public required IReadOnlyList<string> Offered { get; init; }
}

/// <summary>An entry on an emergency card.</summary>
/// <param name="Reference">Its reference.</param>
/// <param name="Name">What it was called.</param>
/// <param name="Said">What was said of it, always in English, to find out whether that has changed.</param>
/// <param name="IsSensitive">Whether it was marked as sensitive when the patient chose it.</param>
public sealed record EmergencyCardLine(string Reference, string Name, string Said, bool IsSensitive = false);
