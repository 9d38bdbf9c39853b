using Rapport.Fhir;

namespace Rapport.Consent;

/// <summary>What a provision does where its conditions are met.</summary>
internal enum RuleKind
{
    /// <summary>Nothing of its own: it only bounds the rules in it.</summary>
    Scope,
    Permit,
    Deny,
}

/// <summary>How a condition turns out. A permit needs <see cref="Yes"/>, a deny only that it is not <see cref="No"/>.</summary>
internal enum Answer
{
    No,
    Unknown,
    Yes,
}

/// <summary>One provision: where all its conditions are met, it permits or denies, except where a rule in it says otherwise.</summary>
/// <remarks>A condition that is <see langword="null"/> is not stated: it is the one of the enclosing rule. See docs/consent.md.</remarks>
internal sealed record Rule
{
    public required RuleKind Kind { get; init; }

    /// <summary>Where it stands in the consent: <c>Consent.provision.provision[0]</c>.</summary>
    public required string Location { get; init; }

    /// <summary>Whether something in it, in the consent or in a rule around it may change what it means in a way not known here.</summary>
    public bool Uncertain { get; init; }

    /// <summary>When it is valid.</summary>
    public Period? Validity { get; init; }

    /// <summary>References of those who may or may not receive.</summary>
    public Condition<string>? Recipients { get; init; }

    /// <summary>References of the authors or custodians whose data it is about: actors in those roles.</summary>
    public Condition<string>? Authors { get; init; }

    /// <summary>As <see cref="PurposeOfUse.Normalize(string)"/> has them.</summary>
    public Condition<string>? Purposes { get; init; }

    public Condition<string>? Actions { get; init; }

    public Condition<SystemCode>? Labels { get; init; }

    public Condition<SystemCode>? Classes { get; init; }

    public Condition<SystemCode>? Codes { get; init; }

    /// <summary>The time that the data is from.</summary>
    public Period? DataPeriod { get; init; }

    public Condition<DataReference>? Data { get; init; }

    public IReadOnlyList<Rule> Rules { get; init; } = [];

    /// <summary>The same, over at an instant if it goes on till then. In Unix milliseconds, exclusive.</summary>
    public Rule EndingAt(long unixMs)
    {
        var validity = Validity ?? new Period(DateRange.All, IsUnknown: false);
        return this with { Validity = validity with { Range = validity.Range with { High = Math.Min(validity.Range.High, unixMs) }, Ended = Math.Min(validity.Ended, unixMs) } };
    }

    /// <summary>Whether it says who, what for or which data, and not only when.</summary>
    public bool HasConditions => Recipients is not null || Authors is not null || Purposes is not null || Actions is not null || Labels is not null
        || Classes is not null || Codes is not null || DataPeriod is not null || Data is not null;
}

/// <summary>A list of which one element must match.</summary>
/// <param name="Values">The elements that can be evaluated.</param>
/// <param name="HasUnknown">Whether there are others, so that a mismatch is not certain.</param>
internal sealed record Condition<T>(IReadOnlyList<T> Values, bool HasUnknown)
{
    public static Condition<T> Unknown { get; } = new([], HasUnknown: true);
}

/// <summary>A period in Unix milliseconds. <see cref="IsUnknown"/> when a bound cannot be read.</summary>
internal readonly record struct Period(DateRange Range, bool IsUnknown)
{
    /// <summary>An end that is known whatever else is not; the latest instant there is for none.</summary>
    public long Ended { get; init; } = long.MaxValue;

    public Answer Contains(long unixMs) =>
        unixMs >= Ended ? Answer.No : IsUnknown ? Answer.Unknown : unixMs >= Range.Low && unixMs < Range.High ? Answer.Yes : Answer.No;
}

internal enum DataMeaning
{
    Instance,
    Related,
    Dependents,
    AuthoredBy,
}

/// <summary>Data named by reference.</summary>
internal readonly record struct DataReference(DataMeaning Meaning, string Reference);
