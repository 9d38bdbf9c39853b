namespace Rapport.Ledger;

/// <summary>What <see cref="LedgerVerifier"/> found. When <see cref="IsValid"/> is false, believe nothing else in it.</summary>
public sealed record VerifyReport
{
    /// <summary>Whether no problem was found.</summary>
    public bool IsValid => ProblemCount == 0;

    /// <summary>The problems, in the order of the file, up to <see cref="VerifyOptions.MaxProblems"/>.</summary>
    public required IReadOnlyList<LedgerProblem> Problems { get; init; }

    /// <summary>How many problems there are, listed or not.</summary>
    public required long ProblemCount { get; init; }

    /// <summary>Which ledger the file says it is.</summary>
    public string? Origin { get; init; }

    /// <summary>How many entries were read.</summary>
    public required long Size { get; init; }

    /// <summary>The root of the tree over the entries read.</summary>
    public required TreeHash Root { get; init; }

    /// <summary>The fingerprint of the key in the file: compare it with one from another source.</summary>
    public string? KeyFingerprint { get; init; }

    /// <summary>Whether the key was held against <see cref="VerifyOptions.PinnedKey"/>.</summary>
    public required bool KeyWasPinned { get; init; }

    /// <summary>The time of the earliest entry.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>The time of the latest entry.</summary>
    public DateTimeOffset? Latest { get; init; }

    /// <summary>How many entries there are of each kind that occurs, those without details left out.</summary>
    public required IReadOnlyDictionary<LedgerKind, long> CountsByKind { get; init; }

    /// <summary>How many entries have no details any more, because they were erased.</summary>
    public required long ErasedDetails { get; init; }

    /// <summary>The signed checkpoint in the file, worth keeping for the next time.</summary>
    public Checkpoint? Checkpoint { get; init; }
}
