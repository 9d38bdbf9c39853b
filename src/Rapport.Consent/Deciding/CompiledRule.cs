namespace Rapport.Consent;

/// <summary>A rule with the entries its conditions cover, worked out for one state of the compartment.</summary>
internal sealed class CompiledRule
{
    public required Rule Rule { get; init; }

    /// <summary>Whether its stated conditions hold within those of the rule around it; otherwise each takes the place of the outer one.</summary>
    public required bool Narrows { get; init; }

    /// <summary>The entries that certainly meet its conditions.</summary>
    public required ulong[] Certain { get; init; }

    /// <summary>The entries that may meet its conditions.</summary>
    public required ulong[] Possible { get; init; }

    /// <summary>What it permits (of the certain entries those that it may speak of: not the sensitive ones it does not name) or denies (the possible ones).</summary>
    public required ulong[] Covered { get; init; }

    public required CompiledRule[] Rules { get; init; }

    /// <summary>How many rules there are, this one included.</summary>
    public int Count => 1 + Rules.Sum(static rule => rule.Count);

    /// <summary>How many levels of rules there are, this one included.</summary>
    public int Depth => 1 + (Rules.Length == 0 ? 0 : Rules.Max(static r => r.Depth));
}

/// <summary>A consent with its rules compiled.</summary>
internal sealed record CompiledConsent(PatientConsent Consent, CompiledRule Root);
