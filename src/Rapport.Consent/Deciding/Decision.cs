namespace Rapport.Consent;

/// <summary>What may be released for one <see cref="DisclosureRequest"/>, and why. Immutable and thread safe.</summary>
public sealed class Decision
{
    internal Decision(DisclosureRequest request, EntrySet permitted)
    {
        Request = request;
        Permitted = permitted;
    }

    public DisclosureRequest Request { get; }

    /// <summary>The entries that may be released. Everything else stays home.</summary>
    public EntrySet Permitted { get; }

    /// <summary>The ids of the consents that permit at least one of the permitted entries, in the order they were compiled.</summary>
    public IReadOnlyList<string> Consents => [];

    /// <summary>The next instant at which time alone may change the answer; absent when it never does.</summary>
    public DateTimeOffset? ValidUntil => null;

    /// <summary>What in the consents could not be evaluated, for the patient to read. It denied.</summary>
    public IReadOnlyList<string> Problems => [];

    /// <summary>The ids of the consents that permit at least one of the given entries: what to write in the ledger beside what was released.</summary>
    public IReadOnlyList<string> ConsentsFor(EntrySet released) => [];

    /// <summary>Why an entry is permitted or stays home. Worked out when asked.</summary>
    public DecisionReason ReasonFor(int entry) => new(Permitted.Contains(entry), "", []);
}

/// <summary>Why one entry is permitted or stays home.</summary>
/// <param name="Permitted">Whether it may be released.</param>
/// <param name="Text">One sentence that the patient understands, such as `shared with Dr Lee for treatment by your consent of 3 May 2026`.</param>
/// <param name="Consents">The ids of the consents that decided; none when no consent speaks of the entry.</param>
public sealed record DecisionReason(bool Permitted, string Text, IReadOnlyList<string> Consents);
