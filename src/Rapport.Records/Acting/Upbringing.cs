using Rapport.Consent;

namespace Rapport.Records;

/// <summary>How a patient stands to who acts for them because they are a child, at a moment.</summary>
/// <param name="HasParents">Whether somebody acts for them as a parent now.</param>
/// <param name="Policy">What holds for children.</param>
/// <param name="IsOldEnough">Whether what is confidential is theirs alone: from the birthday on that the operator's policy names, for adults, and where nobody knows how old they are.</param>
public sealed record Upbringing(bool HasParents, MinorPolicy Policy, bool IsOldEnough)
{
    /// <summary>The references of whoever acts for them as a parent now.</summary>
    public IReadOnlyList<string> Parents { get; init; } = [];

    /// <summary>Whether they are a teenager with parents who act for them: what they say in confidence is kept from these.</summary>
    public bool IsTeenager => HasParents && IsOldEnough;

    /// <summary>Whether what is about some sensitive kinds, by HL7's codes, is kept from parents; what nobody knows of is.</summary>
    public bool KeepsFromParents(IReadOnlyList<string>? kinds) => IsTeenager && (kinds is null || kinds.Any(Policy.IsConfidential));

    internal static Upbringing Of(CompartmentState state, DateTimeOffset now)
    {
        var parents = state.Delegations.Where(delegation => delegation.IsParental && !(delegation.ValidFrom > now) && !(state.EndOf(delegation) <= now)).ToList();
        var born = parents.Select(static delegation => delegation.Born).Append(state.View().Born).Min();
        return new Upbringing(parents.Count > 0, state.Minors, !(born is { } day && MinorPolicy.Birthday(day, Math.Min(state.Minors.PrivateFrom, state.Minors.AdultFrom)) > now))
        {
            Parents = [.. parents.Select(static delegation => delegation.Delegation!.To).Distinct()],
        };
    }
}
